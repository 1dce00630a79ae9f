using System.Globalization;
using Ordo.Sync.Causality;
using Ordo.Sync.Conflicts;
using Ordo.Sync.Engine.Collections;
using Ordo.Sync.Engine.Inbox;
using Ordo.Sync.Engine.Writes;
using Ordo.Sync.Records;
using Ordo.Sync.Strategies.Tests.Worlds;

namespace Ordo.Sync.Strategies.Tests.Histories;

/// <summary>Edits records at random, as people do, and keeps the truth about it.</summary>
internal sealed class RandomEditor(Random random, Truth truth)
{
    private const int KeyCount = 4;
    private static readonly ConflictStrategy[] Strategies = Enum.GetValues<ConflictStrategy>();

    private int _number;

    /// <summary>One device edits, deletes or decides about one record.</summary>
    public async Task EditAsync(Device device)
    {
        ConflictStrategy strategy = Strategies[random.Next(Strategies.Length)];
        string key = string.Create(CultureInfo.InvariantCulture, $"k{random.Next(KeyCount)}");
        Conflict? conflict = await device.Engine.Conflicts.FindAsync(Device.ScopeName, Device.CollectionOf(strategy), key);
        bool isDisputed = conflict?.Kind == ConflictKind.Siblings;
        StoredRecord? before = await ReadAsync(device, strategy, key);
        HashSet<GlobalDot> seen = Dots(device, before);
        if (isDisputed && (strategy == ConflictStrategy.ManualIntervention || random.Next(2) == 0))
        {
            await DecideAsync(device, strategy, key, conflict!, seen);
        }
        else
        {
            await WriteAsync(device, strategy, key, before, seen, isDisputed);
        }
    }

    private async Task DecideAsync(
        Device device, ConflictStrategy strategy, string key, Conflict conflict, HashSet<GlobalDot> seen)
    {
        ConflictSibling kept = conflict.Siblings[random.Next(conflict.Siblings.Length)];
        Note? value = random.Next(2) == 0 ? kept.ReadAs<Note>() : NewNote();
        Resolution resolution = value is null ? Resolution.Delete() : Resolution.Use(value);
        WriteReceipt? receipt = await device.Engine.Conflicts.ResolveAsync(conflict, resolution, "decided");
        await NoteAsync(device, strategy, key, receipt!, seen, seen, value, setsText: true, setsScore: true);
    }

    private async Task WriteAsync(
        Device device, ConflictStrategy strategy, string key, StoredRecord? before, HashSet<GlobalDot> seen, bool isDisputed)
    {
        ISyncCollection<Note> notes = device.Notes(strategy);
        Record<Note>? record = await notes.GetAsync(key);
        Note? shown = record?.Value;
        Note next = NewNote();
        (Note? value, bool text, bool score) = random.Next(6) switch
        {
            0 => (null, shown is not null, shown is not null),
            1 when shown is not null => (shown with { Score = next.Score }, false, true),
            2 when shown is not null => (shown with { Text = next.Text }, true, false),
            _ => ((Note?)next, true, true),
        };
        WriteReceipt receipt = value is null ? await notes.DeleteAsync(key)
            : !text ? await notes.PatchAsync(key, patch => patch.Set(note => note.Score, value.Score))
            : !score ? await notes.PatchAsync(key, patch => patch.Set(note => note.Text, value.Text))
            : strategy is ConflictStrategy.AcademicRecord && random.Next(4) == 0
                ? await notes.OverrideAsync(key, value, "overridden")
                : await notes.PutAsync(key, value);
        HashSet<GlobalDot> left = Dots(device, await ReadAsync(device, strategy, key));
        HashSet<GlobalDot> superseded = [.. seen.Except(left)];
        if (!isDisputed && strategy != ConflictStrategy.LastWriteWins)
        {
            // Who edits a record without a dispute takes the place of everything that stood.
            Assert.Equal(seen.Order(), superseded.Order());
        }

        Assert.Equal(before is null, seen.Count == 0);
        await NoteAsync(device, strategy, key, receipt, seen, superseded, value, text, score);
    }

    private async Task NoteAsync(
        Device device,
        ConflictStrategy strategy,
        string key,
        WriteReceipt receipt,
        HashSet<GlobalDot> seen,
        HashSet<GlobalDot> superseded,
        Note? value,
        bool setsText,
        bool setsScore)
    {
        StoredRecord record = (await ReadAsync(device, strategy, key))!;
        RecordVersion written = record.Versions.Single(version => device.Store.Replicas.Globalize(version.Dot) == receipt.Version);
        truth.Add(new TrueWrite(receipt.Version, device, strategy, key, seen, value, written.Timestamp)
        {
            Superseded = superseded,
            SetsText = setsText,
            SetsScore = setsScore,
        });
    }

    // Every text and score once only, so that what is found later can be told apart; now and then one that no hub takes.
    private Note NewNote()
    {
        int score = (++_number * 100) + (random.Next(30) == 0 ? 13 : 1);
        string text = string.Create(CultureInfo.InvariantCulture, $"t{_number}");
        return new Note { Text = random.Next(30) == 0 ? text.PadRight(2_000, '.') : text, Score = score };
    }

    private static ValueTask<StoredRecord?> ReadAsync(Device device, ConflictStrategy strategy, string key) =>
        device.Store.GetAsync(Device.ScopeName, new RecordKey(Device.CollectionOf(strategy), key));

    private static HashSet<GlobalDot> Dots(Device device, StoredRecord? record) =>
        [.. (record?.Versions ?? []).Select(version => device.Store.Replicas.Globalize(version.Dot))];
}
