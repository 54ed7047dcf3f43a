//! Response times as a picture.

use std::fmt::Write as _;

use super::super::format::duration;

/// Points kept; of longer runs neighbours are joined, the slower one stays.
const POINTS: usize = 4_000;
const WIDTH: f64 = 1000.0;
const HEIGHT: f64 = 100.0;

/// Response times in the order of the run, in bounded space.
#[derive(Debug)]
pub(super) struct Chart {
    points: Vec<(f64, bool)>,
    /// Requests joined in one point.
    stride: u64,
    pending: Option<(f64, bool)>,
    in_pending: u64,
}

impl Default for Chart {
    fn default() -> Self {
        Self { points: Vec::new(), stride: 1, pending: None, in_pending: 0 }
    }
}

impl Chart {
    /// Adds a response time in milliseconds.
    pub(super) fn add(&mut self, ms: f64, failed: bool) {
        let (slowest, any) = self.pending.unwrap_or((0.0, false));
        self.pending = Some((slowest.max(ms), any || failed));
        self.in_pending += 1;
        if self.in_pending < self.stride {
            return;
        }
        self.points.extend(self.pending.take());
        self.in_pending = 0;
        if self.points.len() >= POINTS {
            self.points = self
                .points
                .chunks(2)
                .map(|pair| pair.iter().fold((0.0, false), |a, b| (f64::max(a.0, b.0), a.1 || b.1)))
                .collect();
            self.stride *= 2;
        }
    }

    /// The chart as SVG, with the 95th percentile marked; empty where there is nothing to draw.
    pub(super) fn svg(&self, p95: f64) -> String {
        let points: Vec<(f64, bool)> = self.points.iter().copied().chain(self.pending).collect();
        let max = points.iter().map(|point| point.0).fold(0.0, f64::max);
        if points.len() < 2 || max <= 0.0 {
            return String::new();
        }
        let height = |ms: f64| (ms / max * HEIGHT).max(0.8);
        let step = WIDTH / points.len() as f64;
        let width = if points.len() > 200 { step } else { (step * 0.75).min(24.0) };
        let mut bars = [String::new(), String::new()];
        for (i, (ms, failed)) in points.iter().enumerate() {
            let (x, tall) = ((i as f64 + 0.5) * step - width / 2.0, height(*ms));
            let _ = write!(bars[usize::from(*failed)], "M{x:.1} {HEIGHT}v-{tall:.1}h{width:.2}v{tall:.1}z");
        }
        let unit = if self.stride > 1 { format!(", each bar the slowest of {}", self.stride) } else { String::new() };
        // Labels stand beside the picture, which is stretched to the width of the page.
        format!(
            "<figure class=\"chart\"><span class=\"top\">{}</span><span class=\"zero\">0</span><span class=\"p95\">┄ 95 % under {}</span>\
             <svg viewBox=\"0 0 {WIDTH} {HEIGHT}\" preserveAspectRatio=\"none\" role=\"img\" aria-label=\"Response times in the order of the run{unit}\">\
             <path class=\"ok\" d=\"{}\"/><path class=\"bad\" d=\"{}\"/><line x1=\"0\" x2=\"{WIDTH}\" y1=\"{p:.1}\" y2=\"{p:.1}\"/></svg></figure>",
            duration(max),
            duration(p95),
            bars[0],
            bars[1],
            p = HEIGHT - p95.min(max) / max * HEIGHT,
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stays_small_and_keeps_the_slowest() {
        let mut chart = Chart::default();
        for i in 0..100_000_u32 {
            chart.add(if i == 77_777 { 5_000.0 } else { 10.0 }, i == 5);
        }
        assert!(chart.points.len() <= POINTS);
        let svg = chart.svg(10.0);
        assert!(svg.contains(">5s<") && svg.len() < 250_000, "{}", svg.len());
        assert!(svg.contains("class=\"bad\""));
        assert_eq!(Chart::default().svg(0.0), "");
    }
}
