//! Charts as SVG from the server: shapes stretch, words are HTML around them.

use askama::Template;

/// How wide the drawing is, in its own units.
const WIDTH: f64 = 400.0;

/// A chart with the sentence that says its finding, and its numbers as a table.
#[derive(Clone, Template)]
#[template(path = "components/chart.html")]
pub(crate) struct Chart {
    pub(crate) title: String,
    pub(crate) finding: String,
    pub(crate) ticks: Vec<String>,
    pub(crate) below: Vec<String>,
    pub(crate) legend: Vec<(&'static str, String)>,
    pub(crate) as_table: String,
    pub(crate) heads: Vec<String>,
    pub(crate) rows: Vec<Vec<String>>,
    width: u32,
    bars: Vec<Bar>,
    paths: Vec<(&'static str, String)>,
    target: Option<String>,
}

/// One rectangle.
#[derive(Clone)]
struct Bar {
    class: &'static str,
    x: String,
    width: String,
    y: String,
    height: String,
}

/// What a chart says in words.
#[derive(Clone, Default)]
pub(crate) struct Said {
    pub(crate) title: String,
    pub(crate) finding: String,
    pub(crate) below: Vec<String>,
    pub(crate) legend: Vec<(&'static str, String)>,
    pub(crate) as_table: String,
    pub(crate) heads: Vec<String>,
    pub(crate) rows: Vec<Vec<String>>,
}

fn number(value: f64) -> String {
    let text = format!("{value:.1}");
    text.strip_suffix(".0").map_or(text.clone(), str::to_owned)
}

/// A round number that is not below the greatest value, in steps that are round too.
pub(crate) fn round_top(greatest: u32) -> (u32, u32) {
    let mut unit = 1;
    loop {
        for step in [unit, 2 * unit, 5 * unit] {
            if step * 4 >= greatest.max(2) {
                let steps = greatest.max(2).div_ceil(step);
                return (step * steps, step);
            }
        }
        unit *= 10;
    }
}

impl Chart {
    fn new(said: Said, ticks: Vec<String>) -> Self {
        Self {
            title: said.title,
            finding: said.finding,
            ticks,
            below: said.below,
            legend: said.legend,
            as_table: said.as_table,
            heads: said.heads,
            rows: said.rows,
            width: 400,
            bars: Vec::new(),
            paths: Vec::new(),
            target: None,
        }
    }

    /// Bars of stacked counts; each column lists its parts from below.
    pub(crate) fn stacked(said: Said, columns: &[Vec<(&'static str, u32)>]) -> Self {
        let greatest = columns.iter().map(|parts| parts.iter().map(|part| part.1).sum::<u32>()).max();
        let (top, step) = round_top(greatest.unwrap_or(0));
        let ticks = (0..=top / step).rev().map(|index| (index * step).to_string()).collect();
        let mut chart = Self::new(said, ticks);
        let wide = WIDTH / f64::from(u32::try_from(columns.len().max(1)).unwrap_or(u32::MAX));
        let mut x = 0.0;
        for parts in columns {
            let mut y = 100.0;
            for (class, count) in parts.iter().filter(|part| part.1 > 0) {
                let height = f64::from(*count) * 100.0 / f64::from(top);
                y -= height;
                chart.bars.push(Bar {
                    class,
                    x: number(x + wide * 0.13),
                    width: number(wide * 0.74),
                    y: number(y),
                    height: number(height),
                });
            }
            x += wide;
        }
        chart
    }

    /// A band between two values with the lower one as a line; a gap where nothing
    /// was measured. Values and target are in thousandths of what the ticks say.
    pub(crate) fn band(
        said: Said,
        columns: &[Option<(u32, u32)>],
        target: u32,
        say: impl Fn(u32) -> String,
    ) -> Self {
        let greatest = columns.iter().flatten().map(|(_, high)| *high).max().unwrap_or(0).max(target);
        let (top, step) = round_top(greatest + greatest / 10);
        let ticks = (0..=top / step).rev().map(|index| say(index * step)).collect();
        let mut chart = Self::new(said, ticks);
        let height = |value: u32| 100.0 - f64::from(value) * 100.0 / f64::from(top);
        chart.target = Some(number(height(target)));
        let last = f64::from(u32::try_from(columns.len().saturating_sub(1).max(1)).unwrap_or(u32::MAX));
        let x = |index: usize| WIDTH * f64::from(u32::try_from(index).unwrap_or(0)) / last;
        let mut index = 0;
        while index < columns.len() {
            let run: Vec<(usize, u32, u32)> = columns[index..]
                .iter()
                .enumerate()
                .map_while(|(ahead, one)| one.map(|(low, high)| (index + ahead, low, high)))
                .collect();
            if run.is_empty() {
                index += 1;
                continue;
            }
            // A single measurement is drawn as wide as one column.
            let points: Vec<(f64, u32, u32)> = match run[..] {
                [(at, low, high)] => {
                    let half = WIDTH / last / 2.0;
                    vec![((x(at) - half).max(0.0), low, high), ((x(at) + half).min(WIDTH), low, high)]
                }
                _ => run.iter().map(|(at, low, high)| (x(*at), *low, *high)).collect(),
            };
            let path = |of: &dyn Fn(&(f64, u32, u32)) -> u32, reversed: bool, start: &str| {
                let mut text = String::new();
                let mut points: Vec<&(f64, u32, u32)> = points.iter().collect();
                if reversed {
                    points.reverse();
                }
                for (place, point) in points.into_iter().enumerate() {
                    text.push_str(if place == 0 { start } else { "L" });
                    text.push_str(&format!("{},{}", number(point.0), number(height(of(point)))));
                }
                text
            };
            let high = path(&|point| point.2, false, "M");
            let low = path(&|point| point.1, false, "M");
            let back = path(&|point| point.1, true, "L");
            chart.paths.push(("area-new", format!("{high}{back}Z")));
            chart.paths.push(("line-new line-dash", high));
            chart.paths.push(("line-new", low));
            index += run.len();
        }
        chart
    }

    fn lines(&self) -> Vec<String> {
        let steps = self.ticks.len().saturating_sub(1).max(1);
        let step = 100.0 / f64::from(u32::try_from(steps).unwrap_or(1));
        (0..=steps).map(|index| number(step * f64::from(u32::try_from(index).unwrap_or(0)))).collect()
    }
}

/// The value below which this share of the values lies; `None` of nothing.
pub(crate) fn percentile(values: &mut [u32], hundredths: usize) -> Option<u32> {
    values.sort_unstable();
    let last = values.len().checked_sub(1)?;
    values.get((last * hundredths).div_ceil(100)).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_axis_ends_at_a_round_number_and_has_five_ticks_at_most() {
        for (greatest, top, step) in
            [(0, 2, 1), (3, 3, 1), (27, 30, 10), (192, 200, 50), (2_200, 3_000, 1_000)]
        {
            assert_eq!(round_top(greatest), (top, step), "{greatest}");
        }
        for greatest in 0..5_000 {
            let (top, step) = round_top(greatest);
            assert!(top >= greatest && top / step <= 4, "{greatest}");
        }
    }

    #[test]
    fn what_was_not_measured_is_a_gap() {
        let chart = Chart::band(
            Said::default(),
            &[Some((100, 200)), Some((100, 300)), None, Some((50, 60))],
            2_000,
            |ms| ms.to_string(),
        );
        assert_eq!(chart.paths.len(), 6);
        assert!(chart.render().unwrap().contains("class=\"target\""));
    }

    #[test]
    fn parts_stand_on_each_other() {
        let chart = Chart::stacked(Said::default(), &[vec![("a", 1), ("b", 1)], vec![("a", 0)]]);
        let places: Vec<(&str, &str)> =
            chart.bars.iter().map(|bar| (bar.y.as_str(), bar.height.as_str())).collect();
        assert_eq!(places, [("50", "50"), ("0", "50")]);
        assert_eq!(percentile(&mut [5, 1, 9, 3], 50), Some(5));
        assert_eq!(percentile(&mut [], 95), None);
    }
}
