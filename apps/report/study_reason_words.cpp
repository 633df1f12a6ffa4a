// SPDX-License-Identifier: BSD-3-Clause
// Reasons in words, and what to do about each at the next visit.
#include <array>

#include "apps/report/study_sentences.hpp"

namespace semg {
namespace {

struct Told {
  std::string_view words, advice;
};

constexpr std::array<Told, kStudyReasonWords.size()> kStudyReasons = {{
    {"no recording of this visit", "Make the visit, or write into sessions.csv why it was not made."},
    {"the task was not recorded", "Record every task of the plan; check the list of tasks before the electrodes come off."},
    {"the muscle was not recorded", "Record every muscle of the plan; check the channel names before the first task."},
    {"the recording could not be measured", "Export the recording again and import it; semg info names the fault."},
    {"recorded outside the visit's window", "Book the visit inside its window."},
    {"excluded by a person", "Nothing at the next visit; the reason stands in exclusions.csv."},
    {"no valid value at any baseline visit",
     "A baseline cannot be made up for; look at the baseline recordings for a fault that can be mended."},
    {"no valid maximal contraction at the same visit",
     "Record the maximal contractions at every visit, three times, before the other tasks."},
    {"no valid value of the other side at the same visit", "Record both sides at every visit."},
    {"no source of day-to-day variation in this study", "Record a second baseline, or state the variation in the plan."},
    {"measured with other settings than the study's", "Measure it again with the study's settings."},
    {"another sampling rate than at the baseline", "Set the device to the sampling rate of the baseline."},
    {"another frequency band than at the baseline", "Set the device's filters and rate as at the baseline."},
    {"another unit than at the baseline", "Export in microvolts at every visit."},
    {"another step of the converter than at the baseline", "Set the gain as at the baseline."},
    {"another distance between the electrodes than at the baseline", "Use the electrodes of the baseline at the same distance."},
    {"another place of the reference electrode than at the baseline", "Place the reference electrode as at the baseline."},
    {"another number or length of repetitions than planned", "Follow the plan's repetitions and durations."},
    {"noise at rest is known at one visit only", "Record rest at every visit, at least ten seconds."},
    {"the same samples as another recording", "Check which file belongs to which visit."},
    {"the unit looks wrong", "Check the unit in the export before the participant leaves."},
    {"next to nothing is left of the signal", "Look at the raw signal before the first task; press or replace the electrode."},
    {"left and right look exchanged", "Check each side with one strong contraction before the first task."},
    {"not in the study", "Check participant and visit of the recording."},
    {"two channels bear this muscle and side", "Name each channel for its own muscle and side; a channel map says which."},
}};

constexpr std::array<std::string_view, kReasonWords.size()> kAdvice = {
    "",
    "Keep the sensors within reach of the receiver; look for gaps before the participant leaves.",
    "Export the recording again: samples are missing in the file.",
    "Start the recording a few seconds before the task.",
    "Look at the raw signal before the first task; press or replace the electrode.",
    "Lower the gain so that the strongest contraction stays inside the range.",
    "Export at the device's true sampling rate.",
    "Record the raw signal, not the device's envelope.",
    "Record at 1000 Hz or more, or leave frequencies out of the plan.",
    "Check the reference electrode and move mains cables and chargers away.",
    "Clean the skin and place the electrodes over the muscle; ask for a stronger contraction where that is possible.",
    "Record at least ten seconds of rest at every visit.",
    "Let each contraction last as long as the plan says.",
    "Check the channel list: two channels hold the same samples.",
    "Check the electrode's place; where the participant cannot activate the muscle this is the finding itself.",
    "Import with the unit that one count stands for.",
    "Let the movement go on without a pause, or mark each step by an event.",
};

}  // namespace

std::string_view reason_words(StudyReason reason) noexcept {
  return kStudyReasons[static_cast<std::size_t>(reason)].words;
}

std::string_view advice_words(StudyReason reason) noexcept {
  return kStudyReasons[static_cast<std::size_t>(reason)].advice;
}

std::string_view advice_words(Reason reason) noexcept {
  return kAdvice[static_cast<std::size_t>(reason)];
}

}  // namespace semg
