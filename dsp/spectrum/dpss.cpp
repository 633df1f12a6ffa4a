// SPDX-License-Identifier: BSD-3-Clause
#include "dsp/spectrum/dpss.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <numeric>
#include <string>
#include <utility>

#include "dsp/error.hpp"

namespace semg {
namespace {

/// A symmetric tridiagonal matrix.
struct Tridiagonal {
  std::vector<double> diagonal;  // [n]
  std::vector<double> beside;    // [n - 1]
  std::size_t size() const { return diagonal.size(); }
};

/// d_i = ((N - 1 - 2 i) / 2)^2 cos(2 pi W),  e_i = i (N - i) / 2
Tridiagonal prolate_matrix(std::size_t rows, double time_bandwidth) {
  const double n = static_cast<double>(rows);
  const double turn = std::cos(2 * std::numbers::pi * time_bandwidth / n);
  Tridiagonal matrix;
  for (std::size_t i = 0; i < rows; ++i) {
    const double at = static_cast<double>(i), off = (n - 1 - 2 * at) / 2;
    matrix.diagonal.push_back(off * off * turn);
    if (i > 0) matrix.beside.push_back(at * (n - at) / 2);
  }
  return matrix;
}

/// How many eigenvalues lie above x: the signs of the pivots of the matrix less x (Sylvester's law of inertia).
std::size_t count_above(const Tridiagonal& matrix, double x) {
  std::size_t above = 0;
  double pivot = 1;
  for (std::size_t i = 0; i < matrix.size(); ++i) {
    const double before = i > 0 ? matrix.beside[i - 1] : 0;
    pivot = matrix.diagonal[i] - x - before * before / pivot;
    if (pivot == 0) pivot = -std::numeric_limits<double>::min();
    above += pivot > 0;
  }
  return above;
}

/// The eigenvalue with `rank` others above it, to the last digit.
double eigenvalue(const Tridiagonal& matrix, std::size_t rank) {
  double reach = 0;  // no eigenvalue is further from 0 than the largest sum of a row
  for (std::size_t i = 0; i < matrix.size(); ++i) {
    const double left = i > 0 ? matrix.beside[i - 1] : 0, right = i + 1 < matrix.size() ? matrix.beside[i] : 0;
    reach = std::max(reach, std::abs(matrix.diagonal[i]) + left + right);
  }
  double low = -reach, high = reach;
  while (true) {
    const double middle = low + (high - low) / 2;
    if (middle <= low || middle >= high) return middle;
    (count_above(matrix, middle) > rank ? low : high) = middle;
  }
}

/// Solves (matrix - shift) y = x in place by elimination with row exchanges.
void solve(const Tridiagonal& matrix, double shift, std::vector<double>& x) {
  const std::size_t n = matrix.size();
  // Row i of the triangle: three numbers from the diagonal on, the third from exchanges.
  std::vector<double> first(n), second(n, 0.0), third(n, 0.0);
  double pivot = matrix.diagonal[0] - shift, next = n > 1 ? matrix.beside[0] : 0;
  for (std::size_t i = 0; i + 1 < n; ++i) {
    double below = matrix.beside[i], below_next = matrix.diagonal[i + 1] - shift, below_last = i + 2 < n ? matrix.beside[i + 1] : 0;
    first[i] = pivot, second[i] = next;
    if (std::abs(below) > std::abs(pivot)) {
      first[i] = below, second[i] = below_next, third[i] = below_last;
      below = pivot, below_next = next, below_last = 0;
      std::swap(x[i], x[i + 1]);
    }
    const double factor = below / first[i];
    pivot = below_next - factor * second[i];
    next = below_last - factor * third[i];
    x[i + 1] -= factor * x[i];
  }
  first[n - 1] = pivot;
  for (std::size_t i = n; i-- > 0;) {
    double sum = x[i];
    if (i + 1 < n) sum -= second[i] * x[i + 1];
    if (i + 2 < n) sum -= third[i] * x[i + 2];
    // On an eigenvalue the last pivot vanishes but for rounding; the direction is right all the same.
    x[i] = sum / (first[i] != 0 ? first[i] : std::numeric_limits<double>::epsilon() * std::abs(shift));
  }
}

void to_unit_energy(std::vector<double>& x) {
  const double largest = std::abs(*std::max_element(x.begin(), x.end(), [](double a, double b) { return std::abs(a) < std::abs(b); }));
  for (double& v : x) v /= largest;
  const double size = std::sqrt(std::inner_product(x.begin(), x.end(), x.begin(), 0.0));
  for (double& v : x) v /= size;
}

std::vector<double> eigenvector(const Tridiagonal& matrix, std::size_t rank) {
  const double value = eigenvalue(matrix, rank);
  std::vector<double> x(matrix.size());
  // A cosine with as many changes of sign, and the symmetry, of the vector wanted.
  for (std::size_t i = 0; i < x.size(); ++i) {
    x[i] = std::cos(std::numbers::pi * static_cast<double>(rank) * (static_cast<double>(i) + 0.5) / static_cast<double>(x.size()));
  }
  for (int round = 0; round < 3; ++round) {
    solve(matrix, value, x);
    to_unit_energy(x);
  }
  return x;
}

bool points_down(const std::vector<double>& taper, std::size_t rank) {
  if (rank % 2 == 0) return std::accumulate(taper.begin(), taper.end(), 0.0) < 0;
  // The first number that is more than rounding tells the lobe; the threshold is SciPy's.
  const double least = std::max(1e-7, 1.0 / static_cast<double>(taper.size()));
  const auto lobe = std::find_if(taper.begin(), taper.end(), [&](double v) { return v * v > least; });
  return lobe != taper.end() && *lobe < 0;
}

}  // namespace

std::vector<std::vector<double>> dpss_tapers(std::size_t rows, double time_bandwidth, std::size_t tapers) {
  if (!(time_bandwidth > 0 && time_bandwidth < static_cast<double>(rows) / 2)) {
    throw Error(Fault::usage, "tapers: found a time-bandwidth product of " + std::to_string(time_bandwidth) +
                                  ", expected more than 0 and less than half of " + std::to_string(rows) + " rows");
  }
  if (tapers < 1 || tapers > rows) {
    throw Error(Fault::usage, "tapers: found " + std::to_string(tapers) + ", expected 1 to " + std::to_string(rows) + ", one for each row");
  }
  const Tridiagonal matrix = prolate_matrix(rows, time_bandwidth);
  std::vector<std::vector<double>> all;
  for (std::size_t rank = 0; rank < tapers; ++rank) {
    all.push_back(eigenvector(matrix, rank));
    if (points_down(all.back(), rank)) {
      for (double& v : all.back()) v = -v;
    }
  }
  return all;
}

}  // namespace semg
