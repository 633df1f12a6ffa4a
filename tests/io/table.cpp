// SPDX-License-Identifier: BSD-3-Clause
#include "io/table.hpp"

#include <cmath>
#include <limits>
#include <stdexcept>

#include <doctest/doctest.h>

#include "tests/io/recording_sample.hpp"

using namespace semg;

namespace {

const TableDefinition kThree = {"three",
                                {{"name", "text", "", "a;b", "what it is", "名称"},
                                 {"size", "number", "m", "", "how large, if known", "尺寸"},
                                 {"good", "logical", "", "TRUE;FALSE", "whether", "是否"}}};

}  // namespace

TEST_CASE("table: the head is the names in order, and cells are written one way") {
  const TemporaryFolder folder;
  TableWriter out(folder.path(), kThree);
  out.text("plain").number(0.1).logical(true).end_row();
  out.text("小指").number(1.0 / 3).logical(false).end_row();
  out.text("a,b").number(1e-20).empty().end_row();
  out.text("say \"b\"").number(123456789012.0).integer(-7).end_row();
  out.text("two\nlines").number(-0.5).integer(std::numeric_limits<std::int64_t>::max()).end_row();
  out.finish();
  CHECK(bytes_of_file(folder / "three.csv") ==
        "name,size,good\n"
        "plain,0.1,TRUE\n"
        "小指,0.333333333,FALSE\n"
        "\"a,b\",1e-20,\n"
        "\"say \"\"b\"\"\",1.23456789e+11,-7\n"
        "\"two\nlines\",-0.5,9223372036854775807\n");
}

TEST_CASE("table: what is missing or not finite is empty, never 0 and never a word") {
  const TemporaryFolder folder;
  TableWriter out(folder.path(), kThree);
  out.empty().number(std::nullopt).empty().end_row();
  out.text("").number(std::numeric_limits<double>::quiet_NaN()).empty().end_row();
  out.empty().number(std::numeric_limits<double>::infinity()).empty().end_row();
  out.empty().number(-std::numeric_limits<double>::infinity()).empty().end_row();
  out.finish();
  CHECK(bytes_of_file(folder / "three.csv") == "name,size,good\n,,\n,,\n,,\n,,\n");
}

TEST_CASE("table: a row of too few or too many cells is a mistake of the program, and is not written") {
  const TemporaryFolder folder;
  TableWriter out(folder.path(), kThree);
  out.text("a").number(1);
  CHECK_THROWS_WITH_AS(out.end_row(), "three.csv: a row of 2 cells, expected 3", std::logic_error);
  out.empty().empty();
  CHECK_THROWS_WITH_AS(out.end_row(), "three.csv: a row of 4 cells, expected 3", std::logic_error);
}

TEST_CASE("table: it is in its place when it is finished, and an earlier one stands until then") {
  const TemporaryFolder folder;
  std::ofstream(folder / "three.csv") << "earlier";
  {
    TableWriter unfinished(folder.path(), kThree);
    unfinished.text("a").number(1).logical(true).end_row();
  }
  CHECK(bytes_of_file(folder / "three.csv") == "earlier");
  CHECK(names_in(folder.path()).size() == 1);
  TableWriter out(folder.path(), kThree);
  out.finish();
  CHECK(bytes_of_file(folder / "three.csv") == "name,size,good\n");
}

TEST_CASE("table: a folder that is not there is refused") {
  const TemporaryFolder folder;
  try {
    const TableWriter out(folder / "nowhere", kThree);
    FAIL("written");
  } catch (const Error& error) {
    CHECK(error.fault() == Fault::cannot_create);
  }
}

TEST_CASE("codebook: a row for each column of each table, with type, unit, levels and both meanings") {
  const TemporaryFolder folder;
  const TableDefinition other = {"other", {{"id", "id", "", "", "number", "号"}}};
  write_codebook(folder.path(), {kThree, other});
  CHECK(bytes_of_file(folder / "codebook.csv") ==
        "table,column,type,unit,levels,meaning_en,meaning_zh\n"
        "three,name,text,,a;b,what it is,名称\n"
        "three,size,number,m,,\"how large, if known\",尺寸\n"
        "three,good,logical,,TRUE;FALSE,whether,是否\n"
        "other,id,id,,,number,号\n");
}
