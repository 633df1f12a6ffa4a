// SPDX-License-Identifier: BSD-3-Clause
#include "io/output_file.hpp"

#include <bit>

#include <doctest/doctest.h>

#include "tests/io/recording_sample.hpp"

using namespace semg;

namespace {

std::string sentence(const std::filesystem::path& path, Existing existing) {
  try {
    OutputFile output(path, existing);
  } catch (const Error& error) {
    return error.fault() == Fault::cannot_create ? error.what() : std::string("another fault: ") + error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("output file: it is in its place only once it is kept, and whole") {
  const TemporaryFolder folder;
  {
    OutputFile output(folder / "a.csv", Existing::refuse);
    CHECK(output.temporary().parent_path() == folder.path());
    CHECK(output.temporary().filename().string().starts_with(".a."));
    CHECK(output.temporary().extension() == ".csv");
    std::ofstream(output.temporary()) << "x\n";
    CHECK_FALSE(std::filesystem::exists(folder / "a.csv"));
    output.keep();
    CHECK(bytes_of_file(folder / "a.csv") == "x\n");
  }
  CHECK(names_in(folder.path()) == std::vector<std::string>{"a.csv"});
}

TEST_CASE("output file: one that is not kept leaves nothing, and what was there stays") {
  const TemporaryFolder folder;
  write_text(folder / "a.csv", "old\n", Existing::refuse);
  {
    OutputFile output(folder / "a.csv", Existing::replace);
    std::ofstream(output.temporary()) << "half";
  }
  CHECK(bytes_of_file(folder / "a.csv") == "old\n");
  CHECK(names_in(folder.path()).size() == 1);
  write_text(folder / "a.csv", "new\n", Existing::replace);
  CHECK(bytes_of_file(folder / "a.csv") == "new\n");
}

TEST_CASE("output file: a place that was taken meanwhile is not overwritten") {
  const TemporaryFolder folder;
  OutputFile output(folder / "a.nwb", Existing::refuse);
  std::ofstream(folder / "a.nwb") << "somebody else's";
  CHECK_THROWS_WITH_AS(
      output.keep(), ((folder / "a.nwb").string() + ": found a file of this name, expected none: a recording is never overwritten").c_str(),
      Error);
  CHECK(bytes_of_file(folder / "a.nwb") == "somebody else's");
}

TEST_CASE("output file: a place that cannot be written is refused before any work") {
  const TemporaryFolder folder;
  std::filesystem::create_directory(folder / "taken");
  const std::string here = folder.path().string();
  CHECK(sentence(folder / "none/a.csv", Existing::replace) ==
        here + "/none/a.csv: found no folder " + here + "/none, expected one to write in");
  CHECK(sentence(folder / "taken", Existing::replace) == here + "/taken: found a folder of this name, expected a file or none");
  CHECK(sentence(here + "/", Existing::replace) == here + "/: found no file name, expected one");
  write_text(folder / "a.nwb", "x", Existing::refuse);
  CHECK(sentence(folder / "a.nwb", Existing::refuse) ==
        here + "/a.nwb: found a file of this name, expected none: a recording is never overwritten");
  CHECK(sentence(folder / "a.nwb", Existing::replace) == "");
}

TEST_CASE("sha-256: the values of FIPS 180-4's examples") {
  CHECK(sha256_of_text("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(sha256_of_text("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  const TemporaryFolder folder;
  write_text(folder / "abc.txt", "abc", Existing::refuse);
  CHECK(sha256_of_file(folder / "abc.txt") == sha256_of_text("abc"));
  CHECK_THROWS_WITH_AS(sha256_of_file(folder / "none"), "none: no such file", Error);
}
