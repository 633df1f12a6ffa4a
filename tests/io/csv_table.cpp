// SPDX-License-Identifier: BSD-3-Clause
#include "io/csv_table.hpp"

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "dsp/error.hpp"
#include "tests/io/formats/text_file.hpp"

using namespace semg;

namespace {

const std::vector<std::string> kKnown = {"file", "visit", "note"};

CsvTable read(const std::string& content) {
  const TextFile file(content, "sessions.csv");
  return {file.path(), kKnown, 2};
}

std::string refusal(const std::string& content) {
  try {
    read(content);
  } catch (const Error& error) {
    return error.fault() == Fault::data ? error.what() : std::string("another fault: ") + error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("csv table: cells are found by their column, whatever the order of columns, and keep their line") {
  const CsvTable table = read("visit,file\nV0,a.edf\n\n  \nV1 , b.edf \n");
  REQUIRE(table.rows() == 2);
  CHECK(table.name() == "sessions.csv");
  CHECK(table.cell(0, "file") == "a.edf");
  CHECK(table.cell(0, "visit") == "V0");
  CHECK(table.cell(1, "file") == "b.edf");
  CHECK(table.cell(1, "visit") == "V1");
  CHECK(table.line(0) == 2);
  CHECK(table.line(1) == 5);
  CHECK(table.where(1) == "sessions.csv: line 5");
}

TEST_CASE("csv table: a cell is empty where the row ends early or the table has no such column") {
  const CsvTable table = read("file,visit,note\na.edf\nb.edf,V1,\n");
  CHECK(table.cell(0, "visit") == "");
  CHECK(table.cell(0, "note") == "");
  CHECK(table.cell(1, "note") == "");
  CHECK(read("file,visit\na.edf,V0\n").cell(0, "note") == "");
}

TEST_CASE("csv table: tables as spreadsheets save them read the same") {
  for (const std::string& content : {
           std::string("file,visit,note\na.edf,V0,arm\n"),
           std::string("\xEF\xBB\xBF"
                       "file,visit,note\r\na.edf,V0,arm\r\n"),
           std::string("file;visit;note\na.edf;V0;arm\n"),
           std::string("file,visit,note\na.edf,V0,arm"),
           std::string("\"file\",\"visit\",\"note\"\n\"a.edf\",\"V0\",\"arm\"\n"),
           std::string("file,visit,note,,\na.edf,V0,arm,,\n,,,,\n"),
           std::string("\n\nfile,visit,note\n\na.edf,V0,arm\n"),
       }) {
    CAPTURE(content);
    const CsvTable table = read(content);
    REQUIRE(table.rows() == 1);
    CHECK(table.cell(0, "file") == "a.edf");
    CHECK(table.cell(0, "visit") == "V0");
    CHECK(table.cell(0, "note") == "arm");
  }
}

TEST_CASE("csv table: quotes keep delimiters, quotes, blanks and lines, and lines after them count on") {
  const CsvTable table = read("file,visit,note\n\"a,b;c.edf\",V0,\"say \"\"b\"\"\"\nb.edf,V1,\" two\r\nlines \"\nc.edf,V2,5\" apart\n");
  REQUIRE(table.rows() == 3);
  CHECK(table.cell(0, "file") == "a,b;c.edf");
  CHECK(table.cell(0, "note") == "say \"b\"");
  CHECK(table.cell(1, "note") == " two\nlines ");
  CHECK(table.cell(2, "note") == "5\" apart");
  CHECK(table.line(2) == 5);
  CHECK(read("file;visit;note\na;V0;\"EMG 1=biceps;EMG 2=triceps\"\n").cell(0, "note") == "EMG 1=biceps;EMG 2=triceps");
  CHECK(read("file,visit,note\na,V0,用力\n").cell(0, "note") == "用力");
}

TEST_CASE("csv table: Latin-1 reads as what it says") {
  CHECK(read("file,visit,note\na,V0,M\xFCller\n").cell(0, "note") == "Müller");
}

TEST_CASE("csv table: what is wrong is named with its line") {
  CHECK(refusal("") == "sessions.csv: found no line, expected file,visit,note");
  CHECK(refusal("file,visits\n") == "sessions.csv: line 1: found the column 'visits', expected file,visit,note");
  CHECK(refusal("file,,visit\n") == "sessions.csv: line 1: found the column '', expected file,visit,note");
  CHECK(refusal("\nfile,visit,file\n") == "sessions.csv: line 2: found the column file twice, expected each once");
  CHECK(refusal("file,note\n") == "sessions.csv: line 1: found no column visit, expected file,visit,note");
  CHECK(refusal("file,visit\na,V0\nb,V1,x\n") ==
        "sessions.csv: line 3: found 3 cells, expected 2; a cell that holds a ',' stands in quotes");
  CHECK(refusal("file,visit\na,\"V0\n\nb,V1\n") == "sessions.csv: line 2: found a quote that never ends, expected a second one");
  CHECK(refusal("file,visit\na,\"V0\" b\n") == "sessions.csv: line 2: found letters after a closing quote, expected a ','");
}

TEST_CASE("csv table: a file that is not there is missing input") {
  const TextFile file("file,visit\n", "sessions.csv");
  for (const auto& path : {file.folder() / "other.csv", file.folder()}) {
    Fault fault = Fault::usage;
    std::string sentence;
    try {
      CsvTable(path, kKnown, 2);
    } catch (const Error& error) {
      fault = error.fault();
      sentence = error.what();
    }
    CHECK(fault == Fault::no_input);
    CHECK(sentence == path.filename().string() + ": no such file");
  }
}
