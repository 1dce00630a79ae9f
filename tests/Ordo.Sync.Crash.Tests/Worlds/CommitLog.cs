using Ordo.Sync.Crash.Tests.Disks;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Crash.Tests.Worlds;

/// <summary>The commits of a workload in their order, each with the state that it left.</summary>
internal sealed class CommitLog(CrashDisk disk)
{
    private readonly List<Commit> _commits = [];

    public IReadOnlyList<Commit> Commits => _commits;

    /// <summary>The areas of local entries that were written.</summary>
    public SortedSet<string> Areas { get; } = new(StringComparer.Ordinal);

    /// <summary>A log whose store held something before: its first state.</summary>
    public static async Task<CommitLog> BeginWithAsync(CrashDisk disk, IRecordStore store, IEnumerable<string> areas)
    {
        var log = new CommitLog(disk);
        log.Areas.UnionWith(areas);
        var before = new Commit(begunAt: 0);
        await using IStoreSnapshot snapshot = await store.ReadAsync();
        (before.AcknowledgedAt, before.State) = (0, await StateText.OfAsync(snapshot, log.Areas));
        log._commits.Add(before);
        return log;
    }

    public Commit Begin()
    {
        var commit = new Commit(disk.Count);
        _commits.Add(commit);
        return commit;
    }

    public async ValueTask AcknowledgeAsync(Commit commit, IRecordStore store, Durability durability)
    {
        int at = disk.Count;
        await NoteAsync(commit, store, durability);
        commit.AcknowledgedAt = at;
    }

    /// <summary>Notes what a commit left, before anybody relies on it.</summary>
    public async ValueTask NoteAsync(Commit commit, IRecordStore store, Durability durability)
    {
        await using IStoreSnapshot snapshot = await store.ReadAsync();
        commit.Durability = durability;
        commit.State = await StateText.OfAsync(snapshot, Areas);
    }

    /// <summary>From now on its caller relies on a commit.</summary>
    public void Acknowledge(Commit commit) => commit.AcknowledgedAt = disk.Count;

    /// <summary>The first and the last commit that a crash after a number of effects may leave as the last one.</summary>
    public (int First, int Last) LeftAt(int effects, Damage damage)
    {
        int first = _commits.FindLastIndex(commit => commit.AcknowledgedAt <= effects
            && (damage == Damage.None || commit.Durability == Durability.Full));
        int last = _commits.FindLastIndex(commit => commit.BegunAt < effects);
        return (first, Math.Max(first, last));
    }
}
