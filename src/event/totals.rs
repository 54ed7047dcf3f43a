//! Counts and times of a run, as newman's `run.stats` and `run.timings` have them.

use std::time::Duration;

use super::Phase;
use super::message::{Response, Timings};

/// How often something happened.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Count {
    /// Finished, failed ones included.
    pub total: u64,
    /// Begun and not finished.
    pub pending: u64,
    /// Failed.
    pub failed: u64,
}

impl Count {
    /// One begins.
    pub fn start(&mut self) {
        self.pending += 1;
    }

    /// One is over.
    pub fn finish(&mut self, failed: bool) {
        self.pending = self.pending.saturating_sub(1);
        self.total += 1;
        self.failed += u64::from(failed);
    }
}

/// Durations in milliseconds: mean, extremes, spread and percentiles, in constant space.
#[derive(Debug, Clone, Default)]
pub struct Series {
    count: u64,
    mean: f64,
    /// Sum of squared differences from the mean (Welford).
    m2: f64,
    min: f64,
    max: f64,
    /// How many fell between `STEP^i` and `STEP^(i+1)` microseconds.
    buckets: Vec<u64>,
}

/// Each bucket is this much wider than the one before: percentiles are good to one percent.
const STEP: f64 = 1.02;

impl Series {
    /// Takes a duration in.
    pub fn add(&mut self, duration: Duration) {
        let ms = duration.as_secs_f64() * 1000.0;
        self.count += 1;
        let delta = ms - self.mean;
        self.mean += delta / self.count as f64;
        self.m2 += delta * (ms - self.mean);
        self.min = if self.count == 1 { ms } else { self.min.min(ms) };
        self.max = self.max.max(ms);
        let bucket = ((ms * 1000.0).max(1.0).ln() / STEP.ln()) as usize;
        if self.buckets.len() <= bucket {
            self.buckets.resize(bucket + 1, 0);
        }
        self.buckets[bucket] += 1;
    }

    /// How many were taken in.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// True mean in milliseconds.
    pub fn mean(&self) -> f64 {
        self.mean
    }

    /// Shortest.
    pub fn min(&self) -> f64 {
        self.min
    }

    /// Longest.
    pub fn max(&self) -> f64 {
        self.max
    }

    /// Standard deviation.
    pub fn sd(&self) -> f64 {
        if self.count == 0 { 0.0 } else { (self.m2 / self.count as f64).sqrt() }
    }

    /// The duration that this share (0 to 1) of all stays under, to one percent.
    pub fn percentile(&self, share: f64) -> f64 {
        let wanted = (share * self.count as f64).ceil().max(1.0) as u64;
        let mut seen = 0;
        for (i, n) in self.buckets.iter().enumerate() {
            seen += n;
            if seen >= wanted {
                return (STEP.powf(i as f64 + 0.5) / 1000.0).clamp(self.min, self.max);
            }
        }
        self.max
    }

    /// 95th percentile.
    pub fn p95(&self) -> f64 {
        self.percentile(0.95)
    }
}

/// Everything that is counted in a run.
#[derive(Debug, Clone, Default)]
pub struct Totals {
    /// Iterations, the one that `--bail` stopped included.
    pub iterations: Count,
    /// Items, skipped ones included.
    pub items: Count,
    /// Scripts of both phases.
    pub scripts: Count,
    /// Pre-request phases of items.
    pub prerequests: Count,
    /// Requests of items and of `pm.sendRequest`.
    pub requests: Count,
    /// Test phases of items.
    pub tests: Count,
    /// Assertions of scripts, expectations and strict mode; skipped ones are in the total.
    pub assertions: Count,
    /// Scripts after responses.
    pub test_scripts: Count,
    /// Scripts before requests.
    pub prerequest_scripts: Count,
    /// Assertions that were skipped.
    pub skipped_assertions: u64,
    /// Response times.
    pub response: Series,
    /// Name look-ups that happened.
    pub dns: Series,
    /// Times to the first byte.
    pub first_byte: Series,
    /// Bytes of response bodies, and of headers where there was no body.
    pub response_bytes: u64,
}

impl Totals {
    /// The count of scripts of a phase.
    pub fn of_phase(&mut self, phase: Phase) -> &mut Count {
        match phase {
            Phase::Prerequest => &mut self.prerequest_scripts,
            Phase::Test => &mut self.test_scripts,
        }
    }

    /// newman's names of the counts, in its order.
    pub fn stats(&self) -> [(&'static str, Count); 9] {
        [
            ("iterations", self.iterations),
            ("items", self.items),
            ("scripts", self.scripts),
            ("prerequests", self.prerequests),
            ("requests", self.requests),
            ("tests", self.tests),
            ("assertions", self.assertions),
            ("testScripts", self.test_scripts),
            ("prerequestScripts", self.prerequest_scripts),
        ]
    }

    pub(super) fn received(&mut self, response: &Response, timings: &Timings) {
        self.response.add(timings.total);
        if !timings.dns.is_zero() {
            self.dns.add(timings.dns);
        }
        if !timings.first_byte.is_zero() {
            self.first_byte.add(timings.first_byte);
        }
        self.response_bytes += if response.body_size > 0 { response.body_size } else { response.header_size };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_series_has_true_averages() {
        let mut series = Series::default();
        for ms in 1..=100 {
            series.add(Duration::from_millis(ms));
        }
        assert!((series.mean() - 50.5).abs() < 1e-9);
        assert!((series.sd() - 28.866).abs() < 0.001);
        assert!((series.min() - 1.0).abs() < 1e-9 && (series.max() - 100.0).abs() < 1e-9);
        assert!((series.p95() - 95.0).abs() < 1.5, "{}", series.p95());
        assert!(Series::default().p95().abs() < f64::EPSILON);
    }
}
