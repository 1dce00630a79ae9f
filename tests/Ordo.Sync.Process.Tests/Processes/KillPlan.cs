using System.Globalization;

namespace Ordo.Sync.Process.Tests.Processes;

/// <summary>
/// When to kill: after so many lines of progress and then so many milliseconds, drawn from a seed. Lines hit every part of a
/// transfer on a fast machine as on a slow one; milliseconds hit the parts of one step. Where what is to be killed had ended before,
/// later moments are drawn earlier: on a busy machine its lines may be read late.
/// </summary>
internal sealed class KillPlan
{
    private const int DelayMillisecondsMax = 25;
    private const int HalvingsMax = 5;
    private const int MissesAHalving = 3;

    private readonly Random _random;
    private readonly int _linesMax;
    private readonly ITestOutputHelper _log;
    private readonly int _seed;
    private int _killed;
    private int _missed;

    /// <summary>Makes a plan.</summary>
    /// <param name="linesMax">The most lines of progress to wait for.</param>
    /// <param name="log">Where the seed and the moments go.</param>
    /// <param name="rounds">How many kills to perform where the environment does not say.</param>
    public KillPlan(int linesMax, ITestOutputHelper log, int rounds = 3)
    {
        _seed = Setting("ORDO_KILL_SEED") ?? Random.Shared.Next();
        _random = new Random(_seed);
        _linesMax = linesMax;
        _log = log;
        Rounds = Setting("ORDO_KILL_ROUNDS") ?? rounds;
        log.WriteLine($"ORDO_KILL_SEED={_seed} ORDO_KILL_ROUNDS={Rounds}");
    }

    /// <summary>How many kills to perform.</summary>
    public int Rounds { get; }

    /// <summary>Whether kills are left to perform.</summary>
    public bool IsUnfinished => _killed < Rounds;

    /// <summary>Draws a moment.</summary>
    public (int Lines, int Milliseconds) Draw()
    {
        int halvings = Math.Min(HalvingsMax, _missed / MissesAHalving);
        return (_random.Next((_linesMax >> halvings) + 1), _random.Next((DelayMillisecondsMax >> halvings) + 1));
    }

    /// <summary>
    /// Reads the device's progress up to a moment drawn; false where the device ended before, so that there is nothing to kill.
    /// </summary>
    public async Task<bool> AwaitMomentAsync(CampusProcess device, string line = "progress")
    {
        // The first moments lie before any progress: requests under way whose answers nobody hears.
        (int lines, int milliseconds) = Draw();
        for (int i = 0; i < lines; i++)
        {
            if (await device.ReadToAsync(line) is null)
            {
                Miss(lines);
                return false;
            }
        }

        await Task.Delay(milliseconds);
        _log.WriteLine($"kill after {lines} lines and {milliseconds} ms");
        return true;
    }

    /// <summary>Notes what a kill at such a moment met: a process at work, or one that had just finished.</summary>
    public void Note(bool wasAtWork)
    {
        if (wasAtWork)
        {
            _killed++;
            _log.WriteLine($"killed {_killed} of {Rounds}");
        }
        else
        {
            Miss(lines: 0);
        }
    }

    private void Miss(int lines)
    {
        _missed++;
        _log.WriteLine($"missed: it had finished (waited for {lines} lines)");
        Assert.True(_missed < 20 + (10 * Rounds), $"Seed {_seed}: the transfers are too short to be killed; make them larger.");
    }

    private static int? Setting(string name) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : null;
}
