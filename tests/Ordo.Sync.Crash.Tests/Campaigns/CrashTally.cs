namespace Ordo.Sync.Crash.Tests.Campaigns;

/// <summary>What a campaign has looked at.</summary>
internal sealed class CrashTally
{
    /// <summary>Workloads that were recorded.</summary>
    public int Workloads { get; set; }

    /// <summary>Writes, cuts, syncs and deletions on their disks: moments of a crash.</summary>
    public int Effects { get; set; }

    /// <summary>Commits.</summary>
    public int Commits { get; set; }

    /// <summary>Crashes that were drawn, equal ones too.</summary>
    public int Crashes { get; set; }

    /// <summary>Different disk images that were opened.</summary>
    public int Images { get; set; }

    /// <summary>Those on which the engine was started and synced.</summary>
    public int Syncs { get; set; }

    public override string ToString() =>
        $"{Workloads} workloads, {Commits} commits, {Effects} effects on the disk, {Crashes} crashes drawn, "
        + $"{Images} different images opened, {Syncs} of them synced";
}
