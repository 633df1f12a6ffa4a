# SPDX-License-Identifier: BSD-3-Clause
"""Each folder includes only what its layer may see, third-party headers stay in .cpp files, and libraries never print."""
import re

from planted import main, source_files

OURS = {
    "dsp": {"dsp"},
    "io": {"dsp", "io"},
    "engine": {"dsp", "engine"},
    "apps": {"dsp", "io", "engine", "apps"},
}
POSIX = ("unistd.h", "fcntl.h", "sys/")
NETWORK = ("arpa/", "ifaddrs.h", "net/", "netdb.h", "netinet/", "poll.h", "termios.h")
FOREIGN = {  # what the .cpp files of a folder may include beside the standard library
    "dsp": ("Eigen/", "boost/math/"),
    "io": ("hdf5.h", "fmt/", "nlohmann/", "openssl/", "libdeflate.h", "pugixml.hpp", *POSIX, *NETWORK),
    "engine": ("Eigen/", "boost/math/", "fmt/", "nlohmann/", "toml++/"),
    "apps": ("CLI/", "boost/asio/", "boost/beast/", "fmt/", "mosquitto.h", "nlohmann/", "openssl/", "toml++/", *POSIX),
}
FILE_HEADERS = {"fstream", "filesystem"}  # neither dsp nor engine opens a file
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')
PRINTS = re.compile(r"\bstd::(cout|cerr|clog|printf|puts|fputs|fprintf|putchar)\b|\bfmt::print\b|(?<![\w:])f?printf\s*\(")


def is_spectrum(name):
    return name.startswith("spectrum")


def is_standard(header):
    return re.fullmatch(r"[a-z_0-9]+", header) is not None


def fault_of_include(path, is_ours, header):
    folder = path.parts[0]
    if is_ours:
        if "/" not in header:
            return "headers of ours are included from the root"
        if header.split("/")[0] not in OURS[folder]:
            return f"{folder} may include only {', '.join(sorted(OURS[folder]))}"
        if folder == "dsp" and not is_spectrum(path.name) and is_spectrum(header.split("/")[-1]):
            return "only dsp/spectrum/spectrum* may include dsp/spectrum/spectrum*: the rest of dsp is free of FFTW"
        return None
    if is_standard(header):
        if folder in ("dsp", "engine") and header in FILE_HEADERS:
            return f"{folder} opens no file"
        return None
    if path.suffix != ".cpp":
        return "third-party headers stay in .cpp files"
    allowed = FOREIGN[folder] + (("fftw3.h",) if folder == "dsp" and is_spectrum(path.name) else ())
    return None if header.startswith(allowed) else f"{folder} may not see this library"


def faults(root):
    for path in source_files(root):
        if path.parts[0] not in OURS or path.suffix not in (".cpp", ".hpp"):
            continue
        for number, line in enumerate((root / path).read_text().splitlines(), 1):
            include = INCLUDE.match(line)
            fault = fault_of_include(path, include[1] == '"', include[2]) if include else None
            if path.parts[0] != "apps" and PRINTS.search(line.split("//")[0]):
                fault = "libraries never print"
            if fault:
                yield f"{path}:{number}: found `{line.strip()}`, but {fault}"


def line_in(path, line):
    def spoil(root):
        (root / path).parent.mkdir(exist_ok=True)
        (root / path).write_text(line + "\n")

    return spoil


if __name__ == "__main__":
    main(faults, {
        "dsp may include only dsp": line_in("dsp/planted.hpp", '#include "io/recording_reader.hpp"'),
        "io may include only dsp, io": line_in("io/planted.cpp", '#include "engine/run.hpp"'),
        "engine may include only dsp, engine": line_in("engine/planted.cpp", '#include "io/recording_reader.hpp"'),
        "dsp/planted.cpp:1: found `#include <hdf5.h>`": line_in("dsp/planted.cpp", "#include <hdf5.h>"),
        "dsp/planted.cpp:1: found `#include <fftw3.h>`": line_in("dsp/planted.cpp", "#include <fftw3.h>"),
        "the rest of dsp is free of FFTW": line_in("dsp/planted.cpp", '#include "dsp/spectrum/spectrum.hpp"'),
        "third-party headers stay in .cpp files": line_in("io/planted.hpp", "#include <nlohmann/json.hpp>"),
        "engine opens no file": line_in("engine/planted.cpp", "#include <fstream>"),
        "included from the root": line_in("io/planted.cpp", '#include "recording_reader.hpp"'),
        "libraries never print": line_in("engine/planted.cpp", 'void say() { std::printf("here"); }'),
    })
