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

    public static double Median(IEnumerable<double> values) => Percentile(values, 0.5);

    public static double Percentile(IEnumerable<double> values, double part)
    {
        double[] sorted = [.. values.Order()];
        return sorted[Math.Min(sorted.Length - 1, (int)(sorted.Length * part))];
    }
}
