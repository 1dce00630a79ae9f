using Ordo.Sync.Causality;
using Ordo.Sync.Conflicts;
using Ordo.Sync.Engine.History;
using Ordo.Sync.Engine.Inbox;
using Ordo.Sync.Engine.Outcomes;
using Ordo.Sync.Journal;
using Ordo.Sync.Records;
using Ordo.Sync.Strategies.Tests.Worlds;

namespace Ordo.Sync.Strategies.Tests.Histories;

/// <summary>Compares what a device holds, once everybody has everything, with the truth.</summary>
internal sealed class Verdict(Device device, Truth truth)
{
    private readonly HashSet<GlobalDot> _refused = [];
    private ILookup<(string, string), Conflict> _inbox = Array.Empty<Conflict>().ToLookup(_ => (string.Empty, string.Empty));

    public async Task CheckAsync()
    {
        _inbox = (await device.Engine.Conflicts.ListAsync().ToListAsync())
            .ToLookup(conflict => (conflict.Collection, conflict.Key));
        foreach (TrueWrite write in truth.Writes)
        {
            WriteResult? result = await write.Device.Engine.Outcomes.FindAsync(Device.ScopeName, write.Version);
            Assert.NotNull(result);
            if (result.Outcome == WriteOutcome.Rejected)
            {
                _refused.Add(write.Version);
            }
        }

        foreach (var record in truth.Records)
        {
            await CheckAsync(record.Key.Strategy, record.Key.Key, [.. record]);
        }
    }

    private async Task CheckAsync(ConflictStrategy strategy, string key, List<TrueWrite> writes)
    {
        StoredRecord? stored = await device.Store.GetAsync(
            Device.ScopeName, new RecordKey(Device.CollectionOf(strategy), key));
        Assert.NotNull(stored);
        RecordHistory<Note> history = await device.Notes(strategy).GetHistoryAsync(key);
        CheckRefused(strategy, key, writes);

        // Where the hub refused something it states values again as its own, and the history holds what was written
        // over on the way to it without what followed.
        if (writes.Any(write => _refused.Contains(write.Version)))
        {
            return;
        }

        Assert.Empty(history.Problems);
        HashSet<GlobalDot> held = [.. stored.Versions.Select(version => device.Store.Replicas.Globalize(version.Dot))];
        List<TrueWrite> standing = Truth.Standing(writes);
        switch (strategy)
        {
            case ConflictStrategy.LastWriteWins:
                TrueWrite newest = standing.MaxBy(write => (write.Timestamp, write.Version))!;
                Assert.Equal([newest.Version], held);
                Assert.Equal(newest.Value, (await device.Notes(strategy).GetAsync(key))?.Value);
                break;
            case ConflictStrategy.MergePreservingHistory:
                CheckHeld(standing, held);
                await CheckFieldsAsync(key, writes, history);
                break;
            case ConflictStrategy.Custom:
                CheckHeld(standing, held);
                TrueWrite? highest = standing
                    .Where(write => write.Value is not null)
                    .MaxBy(write => (write.Value!.Score, write.Timestamp, write.Version));
                Assert.Equal(highest?.Value, (await device.Notes(strategy).GetAsync(key))?.Value);
                break;
            default:
                CheckHeld(standing, held);
                CheckDispute(strategy, key, standing);
                Assert.Empty(writes.Select(write => write.Version).Except(history.Versions.Select(version => version.Version)));
                await CheckOutcomesAsync(standing);
                break;
        }
    }

    private void CheckHeld(List<TrueWrite> standing, HashSet<GlobalDot> held) => Assert.True(
        held.SetEquals(standing.Select(write => write.Version)),
        $"Held: {string.Join(' ', held)}; {Tell(truth.Writes.Where(
            write => write.Key == standing[0].Key && write.Strategy == standing[0].Strategy))}");

    private string Tell(IEnumerable<TrueWrite> writes) =>
        $"at {device.Name}, of:{Environment.NewLine}{string.Join(Environment.NewLine, writes)}";

    // What was refused is in the inbox of who wrote it, and nowhere else; unless the writer wrote over it before knowing.
    private void CheckRefused(ConflictStrategy strategy, string key, List<TrueWrite> writes)
    {
        GlobalDot[] kept = [.. InboxOf(strategy, key)
            .Where(conflict => conflict.Kind == ConflictKind.Rejected)
            .Select(conflict => conflict.Siblings[0].Version)
            .Order()];
        HashSet<GlobalDot> superseded = [.. writes.SelectMany(write => write.Superseded)];
        GlobalDot[] refused = [.. writes
            .Where(write => write.Device == device && _refused.Contains(write.Version) && !superseded.Contains(write.Version))
            .Select(write => write.Version)
            .Order()];
        Assert.True(refused.SequenceEqual(kept), $"Kept: {string.Join(' ', kept)}; refused: {string.Join(' ', refused)}; {Tell(writes)}");
    }

    // No false dispute, and none missed.
    private void CheckDispute(ConflictStrategy strategy, string key, List<TrueWrite> standing)
    {
        bool isDisputed = standing.Select(write => write.Value).Distinct().Count() > 1;
        Assert.Equal(isDisputed, InboxOf(strategy, key).Any(conflict => conflict.Kind == ConflictKind.Siblings));
    }

    // Each field shows the newest of what nobody who set it later had seen; what else was set so is in the lost values.
    private async Task CheckFieldsAsync(string key, List<TrueWrite> writes, RecordHistory<Note> history)
    {
        Note? shown = (await device.Notes(ConflictStrategy.MergePreservingHistory).GetAsync(key))?.Value;
        List<TrueWrite> texts = Live([.. writes.Where(write => write.SetsText)]);
        List<TrueWrite> scores = Live([.. writes.Where(write => write.SetsScore)]);
        TrueWrite? text = texts.MaxBy(write => (write.Timestamp, write.Version));
        TrueWrite? score = scores.MaxBy(write => (write.Timestamp, write.Version));
        Assert.Equal(text?.Value?.Text ?? string.Empty, shown?.Text ?? string.Empty);
        Assert.Equal(score?.Value?.Score ?? 0, shown?.Score ?? 0);
        CheckLost("Text", texts, text, history);
        CheckLost("Score", scores, score, history);
    }

    private static void CheckLost(string field, List<TrueWrite> live, TrueWrite? shown, RecordHistory<Note> history)
    {
        HashSet<HybridTimestamp> lost =
            [.. history.LostValues.Where(value => value.Path == field).Select(value => value.Stamp.Timestamp)];
        foreach (TrueWrite write in live.Where(write => write != shown && (write.Value is null) != (shown!.Value is null)))
        {
            Assert.Contains(write.Timestamp, lost);
        }
    }

    private List<TrueWrite> Live(List<TrueWrite> setters) =>
        [.. setters.Where(write => !setters.Any(other => truth.Knows(other, write.Version)))];

    private async Task CheckOutcomesAsync(List<TrueWrite> standing)
    {
        if (standing.Select(write => write.Value).Distinct().Count() < 2)
        {
            return;
        }

        foreach (TrueWrite write in standing.Where(write => write.Device == device))
        {
            // An edit of one side knew the other; only who did not meets it.
            if (standing.All(other => other == write || truth.Knows(write, other.Version) || truth.Knows(other, write.Version)))
            {
                continue;
            }

            WriteResult? result = await device.Engine.Outcomes.FindAsync(Device.ScopeName, write.Version);
            Assert.True(
                result?.Outcome is WriteOutcome.AwaitingApproval or WriteOutcome.Conflict or WriteOutcome.Merged,
                $"{write.Strategy} {write.Key}: {result?.Outcome}");
        }
    }

    private IEnumerable<Conflict> InboxOf(ConflictStrategy strategy, string key) =>
        _inbox[(Device.CollectionOf(strategy), key)];
}
