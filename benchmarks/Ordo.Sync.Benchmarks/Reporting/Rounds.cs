using System.Runtime;

namespace Ordo.Sync.Benchmarks.Reporting;

/// <summary>Runs a measure and its baseline in turn and takes the medians, so that a noisy machine hits both alike.</summary>
internal static class Rounds
{
    /// <summary>Times both, alternating; the first rounds warm up and do not count.</summary>
    public static async Task<(double Seconds, double BaselineSeconds)> RunAsync(
        int rounds, Func<Task<double>> measure, Func<Task<double>> baseline, int warmUps = 1)
    {
        var measured = new List<double>();
        var compared = new List<double>();
        for (int round = 0; round < warmUps + rounds; round++)
        {
            double mine = await measure();
            double theirs = await baseline();
            if (round >= warmUps)
            {
                measured.Add(mine);
                compared.Add(theirs);
            }
        }

        return (Median(measured), Median(compared));
    }

    /// <summary>
    /// Runs both until the just-in-time compiler is done with what they run: until three turns in a row spent less than a fiftieth of
    /// their time on it. It works in bursts, long after the first turns, and for each of the two at other times.
    /// </summary>
    /// <returns>The number of turns that it took, at most <paramref name="turnsMax"/>.</returns>
    public static async Task<int> WarmUpAsync(Func<Task<double>> measure, Func<Task<double>> baseline, int turnsMax)
    {
        int quiet = 0;
        int turns = 0;
        while (quiet < 3 && turns < turnsMax)
        {
            TimeSpan before = JitInfo.GetCompilationTime();
            double seconds = await measure() + await baseline();
            quiet = (JitInfo.GetCompilationTime() - before).TotalSeconds < 0.02 * seconds ? quiet + 1 : 0;
            turns++;
        }

        return turns;
    }

    public static double Median(IEnumerable<double> values) => Percentile(values, 0.5);

    public static double Percentile(IEnumerable<double> values, double part)
    {
        double[] sorted = [.. values.Order()];
        return sorted[Math.Min(sorted.Length - 1, (int)(sorted.Length * part))];
    }
}
