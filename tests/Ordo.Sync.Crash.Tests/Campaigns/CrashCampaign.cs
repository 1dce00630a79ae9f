using Ordo.Sync.Crash.Tests.Disks;
using Ordo.Sync.Crash.Tests.Worlds;

namespace Ordo.Sync.Crash.Tests.Campaigns;

/// <summary>
/// Records workloads and crashes each of them after every effect on its disk, in every way there is. Images that were opened already
/// are not opened again.
/// </summary>
internal sealed class CrashCampaign
{
    private const int RandomDraws = 3;

    private readonly HashSet<UInt128> _seen = [];

    public CrashTally Tally { get; } = new();

    /// <summary>Whether the disk does what it is told.</summary>
    public bool IsDiskHonest { get; init; } = true;

    /// <summary>Whether the store's own flushes of its log reach the disk.</summary>
    public bool FlushesLog { get; init; } = true;

    /// <summary>How many write at once.</summary>
    public int Writers { get; init; } = 1;

    /// <summary>One image in so many is also synced.</summary>
    public int SyncEvery { get; init; } = 8;

    /// <summary>Where the images of failures go; nowhere where <see langword="null"/>.</summary>
    public string? FailureFolder { get; init; }

    /// <summary>Records one seed's workload and goes through it.</summary>
    /// <param name="seed">What all of it follows from.</param>
    /// <param name="steps">How long the workload is.</param>
    /// <param name="stride">Crashes after each effect, or after one in so many.</param>
    /// <param name="imagesMax">Stops after so many images in all.</param>
    /// <returns>What is wrong; <see langword="null"/> where nothing is.</returns>
    public async Task<string?> RunAsync(int seed, int steps, int stride, int imagesMax)
    {
        await using CrashWorld world = await CrashWorld.StartAsync(seed, FlushesLog);
        var workload = new Workload(world, seed);
        await (Writers > 1 ? workload.RunBesideEachOtherAsync(steps, Writers) : workload.RunAsync(steps));
        using var check = new CrashCheck(world.Log, world.Time, world.AllKeys) { HubAt = world.HubAt };
        Tally.Workloads++;
        Tally.Commits += world.Log.Commits.Count;
        return world.Disk.Failure?.ToString()
            ?? await EnumerateAsync(new CrashHistory(IsDiskHonest), world.Disk.Effects, check, seed, stride, imagesMax);
    }

    /// <summary>Goes through what was done to a disk.</summary>
    public async Task<string?> EnumerateAsync(
        CrashHistory history, IReadOnlyList<DiskEffect> effects, CrashCheck check, int seed, int stride, int imagesMax)
    {
        Tally.Effects += effects.Count;
        for (int done = 1; done <= effects.Count && Tally.Images < imagesMax; done++)
        {
            history.Do(effects[done - 1]);
            if (done % stride == seed % stride && await CrashAsync(history, check, seed, done) is { } fault)
            {
                return fault;
            }
        }

        return null;
    }

    private async Task<string?> CrashAsync(CrashHistory history, CrashCheck check, int seed, int effects)
    {
        foreach (Damage damage in Enum.GetValues<Damage>())
        {
            int draws = !history.HasUnsynced && damage != Damage.None ? 0
                : damage is Damage.KeepsSome or Damage.TearsSector ? RandomDraws
                : 1;
            for (int draw = 0; draw < draws; draw++)
            {
                Tally.Crashes++;
                DiskImage image = history.Cut(damage, new Random(HashCode(seed, effects, (int)damage, draw)));
                if (!_seen.Add(image.Hash()))
                {
                    continue;
                }

                bool syncs = ++Tally.Images % SyncEvery == 0 && check.HubAt is not null;
                Tally.Syncs += syncs ? 1 : 0;
                if (await check.FindFaultAsync(image, effects, damage, syncs) is { } fault)
                {
                    return Describe(image, $"seed {seed}, after effect {effects}, {damage}, draw {draw}", fault);
                }
            }
        }

        return null;
    }

    // The same in every process, unlike the runtime's.
    private static int HashCode(params ReadOnlySpan<int> values)
    {
        int hash = 17;
        foreach (int value in values)
        {
            hash = unchecked((hash * 486_187_739) + value);
        }

        return hash;
    }

    private string Describe(DiskImage image, string where, string fault)
    {
        if (FailureFolder is null)
        {
            return $"{where}: {fault}";
        }

        string folder = Path.Combine(FailureFolder, where.Replace(", ", "-", StringComparison.Ordinal).Replace(' ', '-'));
        image.Save(folder);
        return $"{where} (image in {folder}): {fault}";
    }
}
