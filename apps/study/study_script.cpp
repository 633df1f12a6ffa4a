// SPDX-License-Identifier: BSD-3-Clause
#include "apps/study/study_script.hpp"

namespace semg {

const std::string_view kStudyScript =
    R"R(# Reads the tables of this folder with their types and labels, and computes each change once more from values.csv.
#   Rscript load.R            in this folder, or
#   source("load.R")          then use values, values_wide, changes, codebook
# Base R only. Every column carries attr(x, "label") and, where it has one, attr(x, "unit").

semg_folder <- local({
  file <- sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE))
  ofile <- NULL
  for (frame in sys.frames()) if (!is.null(frame$ofile)) ofile <- frame$ofile
  if (!is.null(ofile)) dirname(ofile) else if (length(file) == 1) dirname(file) else "."
})

codebook <- read.csv(file.path(semg_folder, "codebook.csv"), colClasses = "character", na.strings = character(),
                     encoding = "UTF-8", check.names = FALSE)

semg_read <- function(table) {
  about <- codebook[codebook$table == table, ]
  path <- file.path(semg_folder, paste0(table, ".csv"))
  names <- strsplit(readLines(path, n = 1, encoding = "UTF-8"), ",", fixed = TRUE)[[1]]
  of <- match(names, about$column)
  type <- ifelse(is.na(of), "number", about$type[of])  # values_wide: a column for each value
  class <- c(id = "character", text = "character", integer = "integer", number = "numeric", logical = "logical")[type]
  data <- read.csv(path, colClasses = unname(class), na.strings = "", encoding = "UTF-8", check.names = FALSE)
  for (k in seq_along(names)) {
    if (is.na(of[k])) next
    levels <- strsplit(about$levels[of[k]], ";", fixed = TRUE)[[1]]
    # reason joins several codes: it stays text
    if (type[k] == "text" && length(levels) > 0 && names[k] != "reason") data[[k]] <- factor(data[[k]], levels = levels)
    attr(data[[k]], "label") <- about$meaning_en[of[k]]
    if (about$unit[of[k]] != "") attr(data[[k]], "unit") <- about$unit[of[k]]
  }
  data
}

values <- semg_read("values")
values_wide <- semg_read("values_wide")
changes <- semg_read("changes")

# The change of each row of changes.csv, from values.csv alone.
semg_recompute <- function() {
  keys <- c("participant_id", "task", "muscle", "side", "feature", "view")
  key <- function(data, visit) do.call(paste, c(lapply(data[keys], as.character), list(visit), sep = "\r"))
  value <- values$value
  names(value) <- key(values, values$visit_id)
  to <- values$value[match(key(changes, changes$visit_to), names(value))]
  on_ln <- changes$change_unit == "ln_ratio"
  baseline <- strsplit(changes$visit_from, ";", fixed = TRUE)
  row <- rep(seq_along(baseline), lengths(baseline))
  at <- values$value[match(key(changes[row, ], unlist(baseline)), names(value))]
  scaled <- suppressWarnings(ifelse(on_ln[row], log(at), at))
  from <- as.vector(tapply(scaled, factor(row, seq_along(baseline)), mean))
  ifelse(on_ln, suppressWarnings(log(to)) - from, to - from)
}

if (nrow(changes) > 0) {
  told <- !is.na(changes$change)
  again <- semg_recompute()[told]
  off <- abs(again - changes$change[told]) / pmax(1, abs(again))
  cat(sprintf("%d values, %d changes; %d changes computed again, largest difference %.1e\n", nrow(values), nrow(changes), sum(told),
              if (any(told)) max(off) else 0))
  if (any(is.na(off)) || any(off > 1e-9)) stop("changes.csv does not follow from values.csv")
}
)R";

}  // namespace semg
