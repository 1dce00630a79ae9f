using System.Collections.Immutable;
using Ordo.Sync.Conflicts;
using Ordo.Sync.Engine.Collections;
using Ordo.Sync.Engine.History;
using Ordo.Sync.Engine.Inbox;
using Ordo.Sync.Engine.Outcomes;
using Ordo.Sync.Engine.Writes;
using Ordo.Sync.Journal;
using Ordo.Sync.Strategies.Tests.Worlds;

namespace Ordo.Sync.Strategies.Tests.Matrix;

/// <summary>Plays many cells at once in one world, each with a record of its own, and says what is not as it must be.</summary>
internal sealed class MatrixRun(World world, Delivery delivery, ImmutableArray<Cell> cells, bool mayBobApprove)
{
    private readonly Dictionary<Cell, WriteReceipt?> _receiptsA = [];
    private readonly Dictionary<Cell, WriteReceipt?> _receiptsB = [];
    private readonly Dictionary<Device, ILookup<(string, string), Conflict>> _inboxes = [];
    private readonly List<string> _failures = [];

    /// <summary>Which side does not know the records that stand: 0 for A, 1 for B, -1 for neither.</summary>
    public int UnawareSide { get; init; } = -1;

    /// <summary>Plays all cells; one sentence for each thing that is wrong.</summary>
    public async Task<IReadOnlyList<string>> PlayAsync()
    {
        await PrepareAsync();
        world.Pass();
        foreach (Cell cell in cells)
        {
            _receiptsA.Add(cell, await ActAsync(cell, cell.A, world.A));
        }

        world.Pass();
        foreach (Cell cell in cells)
        {
            _receiptsB.Add(cell, await ActAsync(cell, cell.B, world.B));
        }

        await DeliverAsync();
        await world.SettleAsync();
        foreach (Device device in world.Devices)
        {
            List<Conflict> inbox = await device.Engine.Conflicts.ListAsync().ToListAsync();
            _inboxes.Add(device, inbox.ToLookup(conflict => (conflict.Collection, conflict.Key)));
        }

        foreach (Cell cell in cells)
        {
            await CheckAsync(cell);
        }

        HashSet<UInt128> digests = [.. await world.DigestsAsync()];
        Expect("all replicas", 1, digests.Count, "different digests");
        foreach (Device device in world.Devices)
        {
            Expect(device.Name, 0L, (await device.Engine.GetJournalStatusAsync()).PendingCount, "operations in the journal");
        }

        return _failures;
    }

    private async Task PrepareAsync()
    {
        foreach (Cell cell in cells.Where(cell => cell.Standing == Standing.Single))
        {
            await world.C.Notes(cell.Strategy).PutAsync(cell.Key, Specification.BaseValue);
        }

        foreach (Cell cell in cells.Where(cell => cell.Standing == Standing.Conflict))
        {
            await world.C.Notes(cell.Strategy).PutAsync(cell.Key, Specification.FirstValue);
        }

        world.Pass();
        foreach (Cell cell in cells.Where(cell => cell.Standing == Standing.Conflict))
        {
            await world.B.Notes(cell.Strategy).PutAsync(cell.Key, Specification.SecondValue);
        }

        if (UnawareSide < 0)
        {
            await world.SettleAsync();
            return;
        }

        Device aware = UnawareSide == 0 ? world.B : world.A;
        await world.SyncAsync(world.C, aware);
        await world.SyncAsync(aware, world.C);
    }

    private static async Task<WriteReceipt?> ActAsync(Cell cell, Operation operation, Device device)
    {
        ISyncCollection<Note> notes = device.Notes(cell.Strategy);
        Note mine = Specification.ValueOf(device.Name);
        try
        {
            return operation switch
            {
                Operation.Create or Operation.Update => await notes.PutAsync(cell.Key, mine),
                Operation.PatchText => await notes.PatchAsync(cell.Key, patch => patch.Set(note => note.Text, mine.Text)),
                Operation.PatchScore => await notes.PatchAsync(cell.Key, patch => patch.Set(note => note.Score, mine.Score)),
                Operation.Delete => await notes.DeleteAsync(cell.Key),
                Operation.Override => await notes.OverrideAsync(cell.Key, mine, device.Name),
                _ => await ApproveAsync(cell, device),
            };
        }
        catch (ManualResolutionRequiredException)
        {
            return null;
        }
    }

    private static async Task<WriteReceipt?> ApproveAsync(Cell cell, Device device)
    {
        Conflict conflict = (await device.Engine.Conflicts
            .FindAsync(Device.ScopeName, Device.CollectionOf(cell.Strategy), cell.Key))!;
        string kept = device.Name == "ann" ? "cat" : "bob";
        return await device.Engine.Conflicts.ResolveAsync(
            conflict, Resolution.Keep(conflict.Siblings.Single(sibling => sibling.Author == kept)), device.Name);
    }

    private async Task DeliverAsync()
    {
        switch (delivery)
        {
            case Delivery.AFirst:
                await world.SyncAsync(world.A);
                await world.SyncAsync(world.B);
                break;
            case Delivery.BFirst:
                await world.SyncAsync(world.B);
                await world.SyncAsync(world.A);
                break;
            default:
                await world.SyncOnlyAsync(world.A);
                await world.SyncOnlyAsync(world.B);
                await world.SyncOnlyAsync(world.A);
                await world.SyncOnlyAsync(world.B);
                break;
        }
    }

    // Who syncs for the first time receives before it sends; between peers nobody is told then which of two was there before.
    private bool IsUntold => world.Topology == Topology.PeerToPeer && UnawareSide >= 0;

    // Between two hubs both are first where nothing moved before both had delivered. Between peers A never is: B's write stands at
    // B before A's is brought there.
    private bool? IsFirstA => IsUntold ? null : world.Topology != Topology.PeerToPeer && delivery != Delivery.BFirst;

    private bool? IsFirstB => IsUntold ? null : delivery == Delivery.BFirst
        || (world.Topology == Topology.TwoHubs && delivery == Delivery.Alternating);

    private async Task CheckAsync(Cell cell)
    {
        Expectation expected = Specification.Expect(cell, mayBobApprove, IsFirstA, IsFirstB);
        Expect($"{cell}", expected.CanA, _receiptsA[cell] is not null, "could A do it");
        Expect($"{cell}", expected.CanB, _receiptsB[cell] is not null, "could B do it");
        foreach (Device device in world.Devices)
        {
            await CheckAsync(cell, expected, device);
        }

        await CheckOutcomeAsync(cell, world.A, _receiptsA[cell], expected.OutcomesA);
        await CheckOutcomeAsync(cell, world.B, _receiptsB[cell], expected.OutcomesB);
    }

    private async Task CheckAsync(Cell cell, Expectation expected, Device device)
    {
        string where = $"{cell}, at {device.Name}";
        ISyncCollection<Note> notes = device.Notes(cell.Strategy);
        try
        {
            Record<Note>? record = await notes.GetAsync(cell.Key);
            Expect(where, expected.IsRefused, false, "is reading refused");
            Expect(where, expected.Value, record?.Value, "value");
            Expect(where, record is null ? RecordState.Current : expected.State, record?.State ?? RecordState.Current, "state");
        }
        catch (ManualResolutionRequiredException)
        {
            Expect(where, expected.IsRefused, true, "is reading refused");
        }

        Conflict? conflict = InboxOf(device, cell).SingleOrDefault(entry => entry.Kind != ConflictKind.Rejected);
        Expect(where, expected.IsInInbox, conflict is not null, "is it in the inbox");
        RecordHistory<Note> history = await notes.GetHistoryAsync(cell.Key);
        IEnumerable<string> versions = history.Versions.Select(version => ModelVersion.Describe(
            version.Author, version.Value, version.Decision?.Reason, version.IsCurrent));
        Expect(where, Join(expected.History), Join(versions.Order(StringComparer.Ordinal)), "history");
        Expect(where, string.Empty, Join(history.Problems), "problems of the history");
        IEnumerable<string> lost = history.LostValues.Select(value => $"{value.Path}: {value.Stamp.Author}");
        Expect(where, Join(expected.LostValues), Join(lost.Order(StringComparer.Ordinal)), "lost values");
    }

    private async Task CheckOutcomeAsync(
        Cell cell, Device device, WriteReceipt? receipt, ImmutableArray<WriteOutcome> expected)
    {
        if (receipt is null)
        {
            return;
        }

        WriteResult? result = await device.Engine.Outcomes.FindAsync(Device.ScopeName, receipt.Version);
        if (result is null || !expected.Contains(result.Outcome))
        {
            _failures.Add($"{cell}, outcome at {device.Name}: {result?.Outcome}, expected {string.Join(" or ", expected)}");
        }

        bool isRefused = expected.Contains(WriteOutcome.Rejected);
        Conflict? refused = InboxOf(device, cell).SingleOrDefault(entry => entry.Kind == ConflictKind.Rejected);
        Expect($"{cell}, at {device.Name}", isRefused, refused is not null, "is the refused content in the inbox");
        if (isRefused && refused is not null)
        {
            Expect($"{cell}, at {device.Name}", receipt.Version, refused.Siblings[0].Version, "the refused version");
        }
    }

    private IEnumerable<Conflict> InboxOf(Device device, Cell cell) =>
        _inboxes[device][(Device.CollectionOf(cell.Strategy), cell.Key)];

    private static string Join(IEnumerable<string> sentences) => string.Join("; ", sentences);

    private void Expect<T>(string where, T expected, T actual, string what)
    {
        if (!EqualityComparer<T>.Default.Equals(expected, actual))
        {
            _failures.Add($"{where}, {what}: {actual}, expected {expected}");
        }
    }
}
