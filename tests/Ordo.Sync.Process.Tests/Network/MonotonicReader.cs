using Ordo.Sync.Engine.Syncing;
using Ordo.Sync.Process.Tests.Writers;

namespace Ordo.Sync.Process.Tests.Network;

/// <summary>
/// A device that syncs over the bad network and reads what another one writes: of a key that one writer raises, it never sees an older
/// value after a newer one, neither in a query nor when it asks for the key.
/// </summary>
internal sealed class MonotonicReader(string file, WriterStore store, Uri hub)
{
    // The keys of one writer: the others would cost a look-up each and say nothing else.
    private const string AskedFor = "single/0/";

    private readonly Dictionary<string, long> _seen = new(StringComparer.Ordinal);

    /// <summary>Syncs that ended well.</summary>
    public int Synced { get; private set; }

    /// <summary>Syncs that the network broke.</summary>
    public int Broken { get; private set; }

    /// <summary>Values that were compared with one seen before.</summary>
    public int Compared { get; private set; }

    public async Task ReadUntilAsync(CancellationToken ending)
    {
        await using var device = new WriterDevice(file, store, Storage.Durability.Normal, hub, isNetworkBad: true);
        while (!ending.IsCancellationRequested)
        {
            SyncReport report = await device.Engine.SyncAsync(cancellationToken: CancellationToken.None);
            Assert.True(
                report.Error is null or { IsTransient: true }, $"A fault of the network was taken for something else: {report.Error}");
            Synced += report.Error is null ? 1 : 0;
            Broken += report.Error is null ? 0 : 1;
            await CompareAsync(device);
        }
    }

    public override string ToString() => $"{Synced} syncs whole, {Broken} broken, {Compared} values compared";

    private async Task CompareAsync(WriterDevice device)
    {
        await foreach (Engine.Collections.Record<Mark> mark in device.Marks.QueryAsync())
        {
            See(mark);
            if (mark.Key.StartsWith(AskedFor, StringComparison.Ordinal))
            {
                See(await device.Marks.GetAsync(mark.Key)
                    ?? throw new InvalidOperationException($"'{mark.Key}' was found by a query and is not there."));
            }
        }
    }

    private void See(Engine.Collections.Record<Mark> mark)
    {
        if (_seen.TryGetValue(mark.Key, out long before))
        {
            Compared++;
            Assert.True(mark.Value.Value >= before, $"'{mark.Key}' was {before} and is {mark.Value.Value}.");
        }

        _seen[mark.Key] = mark.Value.Value;
    }
}
