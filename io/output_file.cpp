// SPDX-License-Identifier: BSD-3-Clause
#include "io/output_file.hpp"

#include <array>
#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "dsp/error.hpp"

namespace semg {
namespace {

std::filesystem::path folder_of(const std::filesystem::path& path) {
  return path.has_parent_path() ? path.parent_path() : ".";
}

[[noreturn]] void refuse(const std::filesystem::path& path, const std::string& why) {
  throw Error(Fault::cannot_create, fmt::format("{}: {}", path.string(), why));
}

[[noreturn]] void refuse_existing(const std::filesystem::path& path) {
  refuse(path, "found a file of this name, expected none: a recording is never overwritten");
}

/// Bytes of a file, or the names in a folder, are on disk afterwards.
bool sync(const std::filesystem::path& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return false;
  const bool synced = ::fsync(descriptor) == 0;
  return ::close(descriptor) == 0 && synced;
}

/// Names of temporary files where a signal handler may look: fixed places, no allocation, no lock.
struct Unfinished {
  std::atomic<bool> taken{false};
  std::atomic<bool> named{false};
  char name[4096];
};
std::array<Unfinished, 64> unfinished;

void remember(const std::string& name) noexcept {
  for (Unfinished& place : unfinished) {
    if (name.size() >= sizeof place.name || place.taken.exchange(true)) continue;
    std::memcpy(place.name, name.c_str(), name.size() + 1);
    place.named = true;
    return;
  }
}

void forget(const std::string& name) noexcept {
  for (Unfinished& place : unfinished) {
    if (!place.named || name != place.name) continue;
    place.named = false;
    place.taken = false;
    return;
  }
}

/// Renames unless the place is taken. File systems that cannot do both in one step look first.
bool rename_into_free_place(const std::filesystem::path& from, const std::filesystem::path& to) {
  if (::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0) return true;
  if (errno != EINVAL && errno != ENOSYS) return false;
  if (::access(to.c_str(), F_OK) == 0) {
    errno = EEXIST;
    return false;
  }
  return std::rename(from.c_str(), to.c_str()) == 0;
}

}  // namespace

OutputFile::OutputFile(const std::filesystem::path& path, Existing existing) : path_(path), existing_(existing) {
  static std::atomic<unsigned> count{0};
  std::error_code fault;
  const auto folder = folder_of(path);
  if (!path.has_filename()) refuse(path, "found no file name, expected one");
  if (!std::filesystem::is_directory(folder, fault)) refuse(path, "found no folder " + folder.string() + ", expected one to write in");
  if (std::filesystem::is_directory(path, fault)) refuse(path, "found a folder of this name, expected a file or none");
  if (existing == Existing::refuse && std::filesystem::exists(std::filesystem::symlink_status(path, fault))) refuse_existing(path);

  // Hidden, and the extension stays at the end: some libraries look at it.
  temporary_ = folder / fmt::format(".{}.{}-{}.part{}", path.stem().string(), ::getpid(), count++, path.extension().string());
  remember(temporary_.string());  // before it is there: a signal may come between
  const int descriptor = ::open(temporary_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0666);
  if (descriptor < 0) {
    forget(temporary_.string());
    refuse(path, fmt::format("cannot be written: {}", std::strerror(errno)));
  }
  ::close(descriptor);
}

OutputFile::~OutputFile() {
  std::error_code ignored;
  forget(temporary_.string());
  if (!kept_) std::filesystem::remove(temporary_, ignored);
}

void OutputFile::keep() {
  if (!sync(temporary_))
    throw Error(Fault::write_failed, fmt::format("{}: could not be written whole: {}", path_.string(), std::strerror(errno)));
  const bool placed =
      existing_ == Existing::refuse ? rename_into_free_place(temporary_, path_) : std::rename(temporary_.c_str(), path_.c_str()) == 0;
  if (!placed && errno == EEXIST) refuse_existing(path_);
  if (!placed) throw Error(Fault::write_failed, fmt::format("{}: could not be put in its place: {}", path_.string(), std::strerror(errno)));
  kept_ = true;
  sync(folder_of(path_));  // a folder that cannot be synced (some network shares) holds the whole file all the same
}

void remove_unfinished_outputs() noexcept {
  for (const Unfinished& place : unfinished) {
    if (place.named) ::unlink(place.name);
  }
}

void write_text(const std::filesystem::path& path, const std::string& text, Existing existing) {
  OutputFile output(path, existing);
  std::ofstream file(output.temporary(), std::ios::binary);
  file.write(text.data(), static_cast<std::streamsize>(text.size()));
  file.close();
  if (!file) throw Error(Fault::write_failed, fmt::format("{}: could not be written whole: {}", path.string(), std::strerror(errno)));
  output.keep();
}

}  // namespace semg
