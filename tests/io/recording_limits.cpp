// SPDX-License-Identifier: BSD-3-Clause
// Files that are damaged, too large, or made to harm: one sentence each, before anything is allocated.
#include <functional>

#include <doctest/doctest.h>

#include "tests/io/foreign_nwb.hpp"
#include "tests/io/recording_sample.hpp"

using namespace semg;

namespace {

/// The sentence for a file "x.nwb" of 1000 Hz whose samples `make` makes; what comes after the path of the samples.
std::string sentence_for(const std::function<void(ForeignNwb&)>& make) {
  const TemporaryFolder folder;
  {
    ForeignNwb file(folder / "x.nwb");
    make(file);
    file.rate(1000);
  }
  const std::string sentence = refusal(folder / "x.nwb"), start = "x.nwb: /acquisition/emg/data: ";
  return sentence.starts_with(start) ? sentence.substr(start.size()) : sentence;
}

std::string sentence_for_rate(double fs_hz) {
  const TemporaryFolder folder;
  {
    ForeignNwb file(folder / "x.nwb");
    file.samples(H5T_STD_I16LE, {10, 2}, H5T_NATIVE_INT16, std::array<std::int16_t, 20>{}.data());
    file.rate(fs_hz);
  }
  return refusal(folder / "x.nwb");
}

}  // namespace

TEST_CASE("limits: what is no recording at all is said in one sentence") {
  const TemporaryFolder folder;
  CHECK(refusal(folder / "none.nwb", Fault::no_input) == "none.nwb: no such file");
  CHECK(refusal(folder.path(), Fault::no_input) == folder.path().filename().string() + ": found a folder, expected a file");
  std::ofstream(folder / "x.edf") << "0       X X X X";
  CHECK(refusal(folder / "x.edf") == "x.edf: format: found no HDF5 file, expected a recording; make one with: semg import x.edf");
  std::ofstream(folder / "empty.nwb").flush();
  CHECK(refusal(folder / "empty.nwb") ==
        "empty.nwb: format: found no HDF5 file, expected a recording; make one with: semg import empty.nwb");
  { const Hdf5Output plain(folder / "plain.h5", "plain.h5"); }
  CHECK(refusal(folder / "plain.h5") ==
        "plain.h5: format: found HDF5 without an NWB series of samples, expected a recording; make one with: semg import plain.h5");
}

TEST_CASE("limits: a truncated recording is refused wherever it was cut, and never crashes the reader") {
  const TemporaryFolder folder;
  write_sample(folder / "a.nwb", sample_head(SampleType::int16), sample_counts<std::int16_t>());
  const std::string whole = bytes_of_file(folder / "a.nwb");
  for (const double part : {0.001, 0.01, 0.1, 0.3, 0.5, 0.9, 0.999}) {
    CAPTURE(part);
    std::ofstream(folder / "cut.nwb", std::ios::binary)
        << whole.substr(0, static_cast<std::size_t>(part * static_cast<double>(whole.size())));
    CHECK(refusal(folder / "cut.nwb") == "cut.nwb: file: found a damaged or truncated HDF5 file, expected a whole one");
  }
}

TEST_CASE("limits: damaged samples are refused when they are read, and the rows are named") {
  const TemporaryFolder folder;
  write_sample(folder / "a.nwb", sample_head(SampleType::int16), sample_counts<std::int16_t>());
  std::string bytes = bytes_of_file(folder / "a.nwb");
  haddr_t place = 0;
  {
    const Hdf5Object file(H5Fopen((folder / "a.nwb").c_str(), H5F_ACC_RDONLY, H5P_DEFAULT)),
        data(H5Dopen2(file.id(), "/acquisition/emg/data", H5P_DEFAULT));
    const Hdf5Object space(H5Dget_space(data.id()));
    REQUIRE(H5Dget_chunk_info(data.id(), space.id(), 1, nullptr, nullptr, &place, nullptr) >= 0);
  }
  for (std::size_t i = 0; i < 64; ++i) bytes[place + i] = static_cast<char>(i * 37);
  std::ofstream(folder / "b.nwb", std::ios::binary) << bytes;
  CHECK(refusal(folder / "b.nwb") == "b.nwb: /acquisition/emg/data: found damaged samples in rows 0 to 4999, expected whole ones");
}

TEST_CASE("limits: no rows, no channels, or too many of either") {
  CHECK(sentence_for([](ForeignNwb& file) { file.samples(H5T_STD_I16LE, {0, 2}); }) == "found no rows, expected at least one");
  CHECK(sentence_for([](ForeignNwb& file) { file.samples(H5T_STD_I16LE, {10, 0}); }) == "found no channels, expected at least one");
  CHECK(sentence_for([](ForeignNwb& file) { file.samples(H5T_STD_I16LE, {1, 4097}); }) == "found 4097 channels, expected 4096 at most");
  CHECK(sentence_for([](ForeignNwb& file) {
          file.samples(H5T_STD_I16LE, {(1ULL << 36) + 1, 1});
        }) == "found 68719476737 rows, expected 68719476736 at most");
  CHECK(sentence_for([](ForeignNwb& file) {
          file.samples(H5T_STD_I32LE, {1ULL << 34, 2});
        }) == "found 137438953472 bytes, expected 68719476736 at most");
  CHECK(sentence_for([](ForeignNwb& file) {
          file.samples(H5T_STD_I16LE, {2, 2, 2});
        }) == "found 3 dimensions, expected [rows] or [rows x channels]");
  CHECK(sentence_for([](ForeignNwb& file) { file.samples(H5T_STD_I16LE, {}); }) ==
        "found 0 dimensions, expected [rows] or [rows x channels]");
}

TEST_CASE("limits: a few bytes that claim to be gigabytes") {
  CHECK(sentence_for([](ForeignNwb& file) {
          file.samples(H5T_STD_I16LE, {1ULL << 30, 1});
        }) == "found 2147483648 bytes of samples in 0 bytes of the file, expected a ratio of 1100 at most");
  const Hdf5Object chunks = ForeignNwb::chunked({40'000'000, 1});
  CHECK(sentence_for([&](ForeignNwb& file) {
          file.samples(H5T_STD_I16LE, {10, 1}, H5T_NATIVE_INT16, nullptr, chunks.id());
        }) == "found chunks of 40000000 x 1, expected 64 MiB at most; h5repack -l CHUNK=2048x1 makes them");
}

TEST_CASE("limits: samples that are no numbers we take") {
  const std::string expected = ", expected int8 to int32, uint8, uint16, float32 or float64";
  CHECK(sentence_for([](ForeignNwb& file) { file.samples(H5T_STD_I64LE, {2, 2}); }) == "found 64-bit whole numbers" + expected);
  CHECK(sentence_for([](ForeignNwb& file) { file.samples(H5T_STD_U32LE, {2, 2}); }) == "found 32-bit whole numbers" + expected);
  CHECK(sentence_for([](ForeignNwb& file) { file.samples(H5T_C_S1, {2, 2}); }) == "found text" + expected);
  const Hdf5Object pair(H5Tcreate(H5T_COMPOUND, 4));
  H5Tinsert(pair.id(), "a", 0, H5T_STD_I16LE);
  H5Tinsert(pair.id(), "b", 2, H5T_STD_I16LE);
  CHECK(sentence_for([&](ForeignNwb& file) { file.samples(pair.id(), {2, 2}); }) == "found a compound type" + expected);
  CHECK(sentence_for([](ForeignNwb& file) { file.output.group(file.data); }) == "found no dataset, expected samples");
}

TEST_CASE("limits: samples that lie elsewhere, or behind a filter we do not run") {
  const TemporaryFolder elsewhere;
  std::ofstream(elsewhere / "raw") << std::string(1000, 'x');
  const Hdf5Object external(H5Pcreate(H5P_DATASET_CREATE));
  H5Pset_external(external.id(), (elsewhere / "raw").c_str(), 0, 80);
  CHECK(sentence_for([&](ForeignNwb& file) {
          file.samples(H5T_STD_I16LE, {20, 2}, H5T_NATIVE_INT16, nullptr, external.id());
        }) == "found samples in another file, expected samples in this one");

  const Hdf5Object packed = ForeignNwb::chunked({10, 2});
  H5Pset_scaleoffset(packed.id(), H5Z_SO_INT, 0);
  CHECK(sentence_for([&](ForeignNwb& file) {
          file.samples(H5T_STD_I16LE, {20, 2}, H5T_NATIVE_INT16, nullptr, packed.id());
        }) == "found filter 6 (scaleoffset), expected deflate, shuffle or fletcher32; h5repack -f GZIP=4 makes them");

  const TemporaryFolder folder;
  {
    ForeignNwb file(folder / "x.nwb");
    file.rate(1000);
    H5Lcreate_external("/etc/passwd", "/", file.output.file().id(), file.data.c_str(), H5P_DEFAULT, H5P_DEFAULT);
  }
  CHECK(refusal(folder / "x.nwb") == "x.nwb: /acquisition/emg/data: found a link that leads elsewhere, expected data in this place");
  {
    const Hdf5Object file(H5Fcreate((folder / "v.nwb").c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT)),
        space(H5Screate_simple(1, std::array<hsize_t, 1>{10}.data(), nullptr));
    const Hdf5Object list(H5Pcreate(H5P_DATASET_CREATE)), links(H5Pcreate(H5P_LINK_CREATE)), type(H5Tcopy(H5T_C_S1));
    H5Pset_create_intermediate_group(links.id(), 1);
    H5Pset_virtual(list.id(), space.id(), "other.h5", "/a", space.id());
    const Hdf5Object data(H5Dcreate2(file.id(), "/acquisition/emg/data", H5T_STD_I16LE, space.id(), links.id(), list.id(), H5P_DEFAULT));
    const Hdf5Object series(H5Gopen2(file.id(), "/acquisition/emg", H5P_DEFAULT)), scalar(H5Screate(H5S_SCALAR));
    H5Tset_size(type.id(), 16);
    const Hdf5Object word(H5Acreate2(series.id(), "neurodata_type", type.id(), scalar.id(), H5P_DEFAULT, H5P_DEFAULT));
    H5Awrite(word.id(), type.id(), "ElectricalSeries");
  }
  CHECK(refusal(folder / "v.nwb") == "v.nwb: /acquisition/emg/data: found a virtual dataset, expected samples in this place");
}

TEST_CASE("limits: a rate outside of what is possible, or none") {
  const std::string field = "x.nwb: /acquisition/emg/starting_time@rate: ", expected = ", expected above 0 and at most 1000000 Hz";
  CHECK(sentence_for_rate(0) == field + "found 0 Hz" + expected);
  CHECK(sentence_for_rate(-5) == field + "found -5 Hz" + expected);
  CHECK(sentence_for_rate(2e6) == field + "found 2000000 Hz" + expected);
  CHECK(sentence_for_rate(std::numeric_limits<double>::quiet_NaN()) == field + "found nan Hz" + expected);
  CHECK(sentence_for_rate(1e6) == "");
  const TemporaryFolder folder;
  {
    ForeignNwb file(folder / "x.nwb");
    file.samples(H5T_STD_I16LE, {10, 2}, H5T_NATIVE_INT16, std::array<std::int16_t, 20>{}.data());
  }
  CHECK(refusal(folder / "x.nwb") ==
        "x.nwb: /acquisition/emg: found neither starting_time with a rate nor timestamps, expected one of them");
}

TEST_CASE("limits: attributes and tables that are too large, or that contradict the samples") {
  const auto with_samples = [](const std::function<void(ForeignNwb&)>& more) {
    return sentence_for([&](ForeignNwb& file) {
      file.samples(H5T_STD_I16LE, {10, 2}, H5T_NATIVE_INT16, std::array<std::int16_t, 20>{}.data());
      more(file);
    });
  };
  CHECK(with_samples([](ForeignNwb&) {}) == "");
  CHECK(with_samples([](ForeignNwb& file) { file.output.attribute(file.data, "unit", std::string(70'000, 'V')); }) ==
        "x.nwb: /acquisition/emg/data@unit: found 70000 bytes, expected 64 KiB at most");
  CHECK(with_samples([](ForeignNwb& file) { file.output.attribute(file.data, "conversion", std::string("0.1")); }) ==
        "x.nwb: /acquisition/emg/data@conversion: found something else, expected one number");
  CHECK(with_samples([](ForeignNwb& file) { file.output.attribute(file.data, "conversion", 0.0); }) ==
        "x.nwb: /acquisition/emg/data@conversion: found 0, expected a finite number above 0");
  CHECK(with_samples([](ForeignNwb& file) {
          file.output.column(file.series + "/channel_conversion", std::vector<double>{1, 2, 3});
        }) == "x.nwb: /acquisition/emg/channel_conversion: found 3 rows, expected 2");
  const auto with_gaps = [&](const std::vector<std::int64_t>& first, const std::vector<std::int64_t>& rows) {
    return with_samples([&](ForeignNwb& file) {
      file.output.group("/intervals");
      file.output.group("/intervals/invalid_times");
      file.output.column("/intervals/invalid_times/start_time", std::vector<double>(first.size()));
      file.output.column("/intervals/invalid_times/first_row", first);
      file.output.column("/intervals/invalid_times/rows", rows);
    });
  };
  CHECK(with_gaps({1, 5}, {2, 5}) == "");
  CHECK(with_gaps({5}, {6}) == "x.nwb: /intervals/invalid_times: found 6 rows from row 5, expected some within 10 rows");
  CHECK(with_gaps({std::numeric_limits<std::int64_t>::max()}, {std::numeric_limits<std::int64_t>::max()})
            .find("expected some within 10 rows") != std::string::npos);
  CHECK(with_gaps(std::vector<std::int64_t>(1'000'001), std::vector<std::int64_t>(1'000'001)) ==
        "x.nwb: /intervals/invalid_times/start_time: found 1000001 rows, expected 1000000 at most");
}

TEST_CASE("limits: a recording of a later schema is not half understood") {
  const TemporaryFolder folder;
  write_sample(folder / "a.nwb", sample_head(SampleType::int16), sample_counts<std::int16_t>());
  {
    const Hdf5Object file(H5Fopen((folder / "a.nwb").c_str(), H5F_ACC_RDWR, H5P_DEFAULT)), ours(H5Gopen2(file.id(), "/semg", H5P_DEFAULT));
    const Hdf5Object schema(H5Aopen(ours.id(), "schema", H5P_DEFAULT));
    const int later = 2;
    REQUIRE(H5Awrite(schema.id(), H5T_NATIVE_INT, &later) >= 0);
  }
  CHECK(refusal(folder / "a.nwb") == "a.nwb: /semg@schema: found 2, expected 1; a newer file needs a newer semg");
}
