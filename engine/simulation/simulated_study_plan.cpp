// SPDX-License-Identifier: BSD-3-Clause
#include "engine/simulation/simulated_study.hpp"

namespace semg {

const char* simulated_study_toml() noexcept {
  return R"(# SIMULATED: nobody was measured. Written by `semg simulate study`; what is true is in truth.csv, who got what in arms.csv.
# study.toml: the plan of a trial with two baselines, three transplants and a follow-up.
#   semg study status study.toml          planned, there and usable
#   semg compare study.toml -o results    what changed between visits
schema = "semg-study/1"

[study]
id = "SIMSTUDY"
title = "SIMULATED: surface EMG before and after three transplants"
sites = ["SIMSITE"]
participant_pattern = "SIM[0-9]{2,3}"
participants = "participants.csv"           # participant_id,site,paretic,dominant and one column of dates for each anchor below
sessions = "sessions.csv"                   # file,participant_id,visit_id,recorded_on,task,channels,note
exclusions = "exclusions.csv"               # participant_id,visit_id,task,muscle,side,reason,by,on; need not be there
recordings = "recordings"
sides = "paretic"                           # paretic and non-paretic side beside left and right

# Visits in order. window_days: days after the anchor, both included.
[[visit]]
id = "B1"
label = { en = "baseline 1", zh = "基线1" }
role = "baseline"
anchor = "transplant1"
window_days = [-28, -8]

[[visit]]
id = "B2"                                   # a second baseline: how far values move between days on which nothing was done
label = { en = "baseline 2", zh = "基线2" }
role = "baseline"
anchor = "transplant1"
window_days = [-7, 0]

[[visit]]
id = "T1"
label = { en = "after transplant 1", zh = "第1次移植后" }
role = "follow_up"
anchor = "transplant1"
window_days = [3, 7]

[[visit]]
id = "T2"
label = { en = "after transplant 2", zh = "第2次移植后" }
role = "follow_up"
anchor = "transplant2"
window_days = [3, 7]

[[visit]]
id = "T3"
label = { en = "after transplant 3", zh = "第3次移植后" }
role = "follow_up"
anchor = "transplant3"
window_days = [3, 7]

[[visit]]
id = "M6"
label = { en = "6-month follow-up", zh = "6个月随访" }
role = "follow_up"
anchor = "transplant3"
target_day = 182
window_days = [168, 196]

[[task]]
id = "rest"
label = { en = "rest", zh = "静息" }
kind = "rest"                               # the noise floor of its visit, never a result
min_s = 10

[[task]]
id = "mvc_df"
label = { en = "strongest dorsiflexion, 3 times", zh = "最大踝背屈3次" }
kind = "mvc"                                # the highest 500 ms of all repetitions is 100 %
reference_for = ["TA"]
repetitions = 3

[[task]]
id = "mvc_pf"
label = { en = "strongest plantar flexion, 3 times", zh = "最大踝跖屈3次" }
kind = "mvc"
reference_for = ["GM"]
repetitions = 3

[[task]]
id = "df_reps"
label = { en = "ankle dorsiflexion, 5 times", zh = "踝背屈5次" }
kind = "repetitions"                        # 3 s on, 3 s off
repetitions = 5
features = ["rms_active", "mdf_active", "duration"]

[[task]]
id = "df_hold50"
label = { en = "20 s hold at 50 %", zh = "50%用力保持20秒" }
kind = "hold"
duration_s = 20
features = ["rms", "mdf", "mdf_slope"]

[[muscle]]
id = "TA"
name = { en = "tibialis anterior", zh = "胫骨前肌" }
aliases = ["tib ant"]

[[muscle]]
id = "GM"
name = { en = "gastrocnemius medialis", zh = "腓肠肌内侧头" }
aliases = ["medial gastroc"]

[acquisition]                               # what every visit must share; what differs is named in the report or refused
min_rate_hz = 1000
interelectrode_distance_mm = 20
reference = "patella"

# How the recordings are measured: keys of an analysis file, here as they are without it (`semg explain --fs 2000`).
[analysis.filter]
high_pass_hz = 20.0
low_pass_hz = 450.0

[normalisation]
views = ["raw", "mvc", "paretic_ratio"]     # all are computed and shown; an endpoint names the one that counts

[reliability]                               # how far values move between two days without any treatment
source = "visits"
visits = ["B1", "B2"]
confidence = 0.95

[change]
from = "mean_of_baselines"

[[endpoint]]
role = "primary"                            # exactly one
task = "df_reps"
muscle = "TA"
side = "paretic"
feature = "rms_active"
view = "raw"
visit = "M6"

[[endpoint]]
role = "secondary"
task = "df_reps"
muscle = "TA"
side = "paretic"
feature = "mdf_active"
view = "raw"
visit = ["T1", "T2", "T3", "M6"]
)";
}

}  // namespace semg
