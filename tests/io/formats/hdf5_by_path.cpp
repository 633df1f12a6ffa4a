// SPDX-License-Identifier: BSD-3-Clause
#include "io/formats/hdf5_by_path.hpp"

#include <cmath>
#include <cstddef>
#include <fstream>

#include <doctest/doctest.h>

#include "dsp/error.hpp"
#include "tests/io/formats/hdf5_made.hpp"

namespace {

using semg::MadeHdf5;

std::vector<double> all_of(semg::SignalFile& file, std::size_t channel) {
  std::vector<double> out(static_cast<std::size_t>(file.channels[channel].rows));
  file.read(channel, 0, out);
  return out;
}

std::string sentence(MadeHdf5& file, const semg::Hdf5ByPathOptions& options) {
  try {
    semg::open_hdf5_by_path(file.path(), options);
  } catch (const semg::Error& error) {
    CHECK(error.fault() == semg::Fault::data);
    return error.what();
  }
  return "opened";
}

std::string warning(const semg::SignalFile& file, const std::string& code) {
  for (const auto& w : file.warnings) {
    if (w.code == code) return w.text;
  }
  return {};
}

struct Row {  // as emg2qwerty stores its rows
  double time;
  float emg_left[2];
  float emg_right[2];
};

void add_rows(MadeHdf5& file, const std::string& path, hsize_t count) {
  std::vector<Row> rows;
  for (hsize_t i = 0; i < count; ++i) {
    const auto x = static_cast<float>(i);
    rows.push_back({1e9 + static_cast<double>(i), {x, -x}, {10 * x, -10 * x}});
  }
  const hsize_t two = 2;
  const semg::Hdf5Object pair(H5Tarray_create2(H5T_NATIVE_FLOAT, 1, &two)), type(H5Tcreate(H5T_COMPOUND, sizeof(Row)));
  H5Tinsert(type.id(), "time", offsetof(Row, time), H5T_NATIVE_DOUBLE);
  H5Tinsert(type.id(), "emg_left", offsetof(Row, emg_left), pair.id());
  H5Tinsert(type.id(), "emg_right", offsetof(Row, emg_right), pair.id());
  file.dataset(path, type.id(), {count}, rows.data(), semg::Hdf5Object(H5Pcreate(H5P_DATASET_CREATE)));
}

semg::Hdf5Object chunks_of(const std::vector<hsize_t>& size) {
  semg::Hdf5Object layout(H5Pcreate(H5P_DATASET_CREATE));
  H5Pset_chunk(layout.id(), static_cast<int>(size.size()), size.data());
  return layout;
}

}  // namespace

TEST_CASE("HDF5 by path: the longer side is time, whichever it is") {
  MadeHdf5 file;
  file.dataset<std::int16_t>("/a/tall", {4, 2}, {1, 10, 2, 20, 3, 30, 4, 40});
  file.dataset<std::int16_t>("/a/wide", {2, 4}, {1, 2, 3, 4, 10, 20, 30, 40});
  file.dataset<float>("/a/line", {3}, {0.5, 1.5, 2.5});
  const auto path = file.path();
  for (const char* name : {"/a/tall", "a/wide"}) {
    const auto scan = semg::open_hdf5_by_path(path, {name, {}});
    REQUIRE(scan->channels.size() == 2);
    CHECK(scan->channels[0].rows == 4);
    CHECK(scan->channels[0].integer);
    CHECK(scan->channels[0].fs_hz == 0);
    CHECK(all_of(*scan, 0) == std::vector<double>{1, 2, 3, 4});
    CHECK(all_of(*scan, 1) == std::vector<double>{10, 20, 30, 40});
    std::vector<double> middle(2);
    scan->read(1, 1, middle);
    CHECK(middle == std::vector<double>{20, 30});
  }
  CHECK(semg::open_hdf5_by_path(path, {"/a/tall", {}})->channels[1].label == "tall 2");
  const auto line = semg::open_hdf5_by_path(path, {"/a/line", {}});
  CHECK(line->channels.at(0).label == "line");
  CHECK_FALSE(line->channels[0].integer);
  CHECK(all_of(*line, 0) == std::vector<double>{0.5, 1.5, 2.5});
}

TEST_CASE("HDF5 by path: a field of a compound dataset is a group of channels") {
  MadeHdf5 file;
  add_rows(file, "/emg2qwerty/timeseries", 5000);
  const auto path = file.path();
  const auto scan = semg::open_hdf5_by_path(path, {"/emg2qwerty/timeseries:emg_right", 2000.0});
  REQUIRE(scan->channels.size() == 2);
  CHECK(scan->channels[0].label == "emg_right 1");
  CHECK(scan->channels[0].fs_hz == 2000);
  CHECK(scan->channels[0].rows == 5000);
  const std::vector<double> second = all_of(*scan, 1);
  CHECK(second[7] == -70);
  CHECK(second[4999] == -49990);
  const auto time = semg::open_hdf5_by_path(path, {"/emg2qwerty/timeseries:time", {}});
  CHECK(all_of(*time, 0)[4999] == 1e9 + 4999);
}

TEST_CASE("HDF5 by path: what is not there is answered with what there is") {
  MadeHdf5 file;
  file.dataset<std::int16_t>("/a", {1000, 8}, std::vector<std::int16_t>(8000));
  add_rows(file, "/b", 3);
  file.text_dataset("/notes", {1}, {"hello"});
  file.dataset<float>("/empty", {0, 8}, {});
  const std::string list = "/a (int16 1000x8), /b:time (float64 3), /b:emg_left (float32 3x2), /b:emg_right (float32 3x2)";
  CHECK(sentence(file, {"x", {}}) == "scan.h5: --dataset: found no dataset 'x', expected one of " + list);
  CHECK(sentence(file, {"/notes", {}}) == "scan.h5: --dataset: found no samples in '/notes', expected one of " + list);
  CHECK(sentence(file, {"", {}}) == "scan.h5: --dataset: found nothing that chooses a dataset, expected one of " + list);
  CHECK(sentence(file, {"/b", {}}) ==
        "scan.h5: --dataset: found several fields in '/b', expected one of /b:time (float64 3), /b:emg_left (float32 3x2), /b:emg_right "
        "(float32 3x2)");
  CHECK(sentence(file, {"/b:emg", {}}).starts_with("scan.h5: --dataset: found no field 'emg', expected one of /b:time"));
}

TEST_CASE("HDF5 by path: where there is only one dataset of numbers it need not be named") {
  MadeHdf5 file;
  file.dataset<float>("/deep/down/emg", {3, 1}, {1, 2, 3});
  file.text_dataset("/notes", {1}, {"hello"});
  CHECK(semg::open_hdf5_by_path(file.path(), {})->channels.at(0).label == "emg");
  MadeHdf5 none;
  none.text_dataset("/notes", {1}, {"hello"});
  CHECK(sentence(none, {}) == "scan.h5: --dataset: found none, expected a file with a dataset of numbers");
}

TEST_CASE("HDF5 by path: the rate is an attribute of the dataset or of what is above it, and is said to be") {
  MadeHdf5 file;
  file.dataset<float>("/day/emg", {3}, {1, 2, 3});
  file.number<double>("/day", "sampling_rate", 2048);
  file.text("/day/emg", "unit", "mV");
  file.dataset<float>("/other", {3}, {1, 2, 3});
  file.numbers<std::int64_t>("/other", "fs", {1000});
  file.dataset<float>("/wrong", {3}, {1, 2, 3});
  file.number<double>("/wrong", "fs", -5);
  const auto path = file.path();
  const auto day = semg::open_hdf5_by_path(path, {"/day/emg", {}});
  CHECK(day->channels.at(0).fs_hz == 2048);
  CHECK(day->channels[0].unit == "mV");
  CHECK(warning(*day, "rate_from_attribute") == "/day@sampling_rate: found 2048, used as the rate in Hz");
  CHECK(semg::open_hdf5_by_path(path, {"/other", {}})->channels[0].fs_hz == 1000);
  CHECK(sentence(file, {"/wrong", {}}) == "scan.h5: /wrong@fs: found -5, expected a rate above 0 and up to 1000000 Hz");
  CHECK(semg::open_hdf5_by_path(path, {"/wrong", 500.0})->channels[0].fs_hz == 500);

  const auto stated = semg::open_hdf5_by_path(path, {"/other", 1010.0});
  CHECK(stated->channels[0].fs_hz == 1010);
  CHECK(warning(*stated, "rate_contradicts") == "/other@fs: found 1000, used 1010 Hz as stated");
  CHECK(semg::open_hdf5_by_path(path, {"/other", 1004.0})->warnings.empty());
}

TEST_CASE("HDF5 by path: whole numbers count as such only where all fit int32") {
  MadeHdf5 file;
  file.dataset<std::int64_t>("/small", {3}, {-2147483648, 0, 2147483647});
  file.dataset<std::int64_t>("/large", {3}, {0, 2147483648, 1});
  file.dataset<std::uint32_t>("/counts", {3}, {0, 65535, 1});
  const auto path = file.path();
  CHECK(semg::open_hdf5_by_path(path, {"/small", {}})->channels[0].integer);
  CHECK_FALSE(semg::open_hdf5_by_path(path, {"/large", {}})->channels[0].integer);
  CHECK(semg::open_hdf5_by_path(path, {"/counts", {}})->channels[0].integer);
}

TEST_CASE("HDF5 by path: numbers of the other byte order and compressed ones are the same") {
  MadeHdf5 file;
  std::vector<std::int16_t> values;
  for (int i = 0; i < 5000 * 3; ++i) values.push_back(static_cast<std::int16_t>(i * 7));
  const semg::Hdf5Object layout = chunks_of({512, 2});
  H5Pset_shuffle(layout.id());
  H5Pset_deflate(layout.id(), 4);
  H5Pset_fletcher32(layout.id());
  file.dataset("/packed", H5T_NATIVE_INT16, {5000, 3}, values.data(), layout);
  for (auto& value : values)
    value = static_cast<std::int16_t>(static_cast<std::uint16_t>(value) >> 8U | static_cast<std::uint16_t>(value) << 8U);
  file.dataset("/swapped", H5T_STD_I16BE, {5000, 3}, values.data(), semg::Hdf5Object(H5Pcreate(H5P_DATASET_CREATE)));
  const auto path = file.path();
  const auto packed = semg::open_hdf5_by_path(path, {"/packed", {}});
  const auto swapped = semg::open_hdf5_by_path(path, {"/swapped", {}});
  for (std::size_t c = 0; c < 3; ++c) {
    const std::vector<double> one = all_of(*packed, c);
    CHECK(one[4999] == static_cast<std::int16_t>((4999 * 3 + static_cast<int>(c)) * 7));
    CHECK(one == all_of(*swapped, c));
  }
}

TEST_CASE("HDF5 by path: what leads out of the file or would fill memory is refused before it is read") {
  MadeHdf5 file;
  const std::string secret = file.folder() / "secret";
  std::ofstream(secret) << "not yours, not yours";
  const semg::Hdf5Object external(H5Pcreate(H5P_DATASET_CREATE));
  H5Pset_external(external.id(), secret.c_str(), 0, 16);
  file.dataset("/external", H5T_NATIVE_INT16, {8}, nullptr, external);
  H5Lcreate_external("/etc/passwd", "/x", file.id(), "/linked", H5P_DEFAULT, H5P_DEFAULT);
  H5Lcreate_soft("/bomb", file.id(), "/soft", H5P_DEFAULT, H5P_DEFAULT);
  file.dataset("/bomb", H5T_NATIVE_DOUBLE, {hsize_t{1} << 30, 4}, nullptr, chunks_of({1024, 4}));
  file.dataset("/many", H5T_NATIVE_INT16, {10000, 5000}, nullptr, chunks_of({100, 100}));
  file.dataset("/huge", H5T_NATIVE_INT16, {hsize_t{1} << 40}, nullptr, chunks_of({1024}));
  file.dataset("/large", H5T_NATIVE_DOUBLE, {hsize_t{1} << 35}, nullptr, chunks_of({1024}));
  const hsize_t rows = 100, unlimited = H5S_UNLIMITED;
  const semg::Hdf5Object growing(H5Screate_simple(1, &rows, &unlimited)), wide = chunks_of({hsize_t{1} << 24});
  { const semg::Hdf5Object made(H5Dcreate2(file.id(), "/chunk", H5T_NATIVE_DOUBLE, growing.id(), H5P_DEFAULT, wide.id(), H5P_DEFAULT)); }
  file.dataset("/cube", H5T_NATIVE_INT16, {2, 3, 4}, nullptr, semg::Hdf5Object(H5Pcreate(H5P_DATASET_CREATE)));
  const semg::Hdf5Object scaled = chunks_of({1000});
  H5Pset_scaleoffset(scaled.id(), H5Z_SO_INT, 0);
  file.dataset("/scaled", H5T_NATIVE_INT16, {1000}, nullptr, scaled);
  CHECK(sentence(file, {"/external", {}}) == "scan.h5: /external: found samples in another file, expected samples in this one");
  CHECK(sentence(file, {"/linked", {}}) == "scan.h5: /linked: found a link that leads elsewhere, expected data in this place");
  CHECK(sentence(file, {"/soft", {}}) == "scan.h5: /soft: found a link that leads elsewhere, expected data in this place");
  CHECK(sentence(file, {"/bomb", {}}) ==
        "scan.h5: /bomb: found 34359738368 bytes of samples in 0 bytes of the file, expected a ratio of 1100 at most");
  CHECK(sentence(file, {"/many", {}}) == "scan.h5: /many: found 5000 channels, expected 4096 at most");
  CHECK(sentence(file, {"/huge", {}}) == "scan.h5: /huge: found 1099511627776 rows, expected 68719476736 at most");
  CHECK(sentence(file, {"/large", {}}) == "scan.h5: /large: found 34359738368 rows of 8 bytes, expected 68719476736 bytes at most");
  CHECK(sentence(file, {"/cube", {}}).starts_with("scan.h5: --dataset: found no samples in '/cube'"));
  CHECK(sentence(file, {"/chunk", {}}).starts_with("scan.h5: /chunk: found chunks of 16777216 x 1, expected 64 MiB at most"));
  CHECK(sentence(file, {"/scaled", {}})
            .starts_with("scan.h5: /scaled: found filter 6 (scaleoffset), expected deflate, shuffle or fletcher32"));
}

TEST_CASE("HDF5 by path: a file that is none, and one that is cut short, are refused") {
  const semg::TextFile text("1,2,3\n", "scan.h5");
  CHECK_THROWS_AS(semg::open_hdf5_by_path(text.path(), {}), semg::Error);
  MadeHdf5 file;
  file.dataset<float>("/emg", {3000}, std::vector<float>(3000, 1.F));
  const auto path = file.path();
  std::filesystem::resize_file(path, std::filesystem::file_size(path) / 2);
  CHECK(sentence(file, {}) == "scan.h5: file: found a damaged or truncated HDF5 file, expected a whole one");
}
