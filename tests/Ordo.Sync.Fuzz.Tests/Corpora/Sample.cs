using System.Globalization;
using Microsoft.Extensions.Time.Testing;
using Ordo.Sync.Conflicts;
using Ordo.Sync.Core.Tests.Engine;
using Ordo.Sync.Crdt.Tests.Fields;
using Ordo.Sync.Engine.Bundles;
using Ordo.Sync.Engine.Collections;
using Ordo.Sync.Engine.Configuration;
using Ordo.Sync.Records;
using Ordo.Sync.Replication.Bundles;
using Ordo.Sync.Storage;
using Ordo.Sync.Storage.Memory;
using Ordo.Sync.Strategies.Tests.Worlds;

namespace Ordo.Sync.Fuzz.Tests.Corpora;

/// <summary>
/// Two devices and a hub that disagreed about records of every strategy, with conflict-free fields: what they sent and stored is what
/// inputs begin with. The same in every process.
/// </summary>
internal sealed class Sample
{
    private const int Seed = 20;
    private const string SheetCollection = "sheets";

    private Sample(
        CapturedMessages messages,
        InMemoryRecordStore hub,
        (InMemoryRecordStore Hub, InMemoryRecordStore Device) late,
        IReadOnlyList<StoredRecord> records,
        (byte[] Open, byte[] Sealed) bundles,
        byte[] knowledge)
    {
        Hub = hub;
        Late = late;
        Messages = messages;
        Records = records;
        (Bundle, SealedBundle) = bundles;
        Knowledge = knowledge;
    }

    /// <summary>What went over the wire.</summary>
    public CapturedMessages Messages { get; }

    /// <summary>The hub's store before the devices came.</summary>
    public InMemoryRecordStore Hub { get; }

    /// <summary>The hub and ann's device at a moment in which both have something that the other lacks. To be cloned.</summary>
    public (InMemoryRecordStore Hub, InMemoryRecordStore Device) Late { get; }

    /// <summary>What the hub holds in the end.</summary>
    public IReadOnlyList<StoredRecord> Records { get; }

    /// <summary>What sealed bundles are sealed with.</summary>
    public static BundleKey BundleKey { get; } = BundleKey.FromBytes(new byte[32]);

    /// <summary>A bundle of a device.</summary>
    public byte[] Bundle { get; }

    /// <summary>The same, encrypted.</summary>
    public byte[] SealedBundle { get; }

    /// <summary>What a device says it knows, for a bundle.</summary>
    public byte[] Knowledge { get; }

    /// <summary>Lets a device have the collection of conflict-free fields, too.</summary>
    public static void Declare(OrdoSyncBuilder sync) => sync.Collection<Sheet>(SheetCollection, c => c
        .Counter(s => s.Present)
        .Flag(s => s.Open)
        .Register(s => s.Room)
        .Set(s => s.Tags)
        .List(s => s.Items)
        .Text(s => s.Notes)
        .Map(s => s.Marks));

    public static async Task<Sample> CreateAsync()
    {
        var entropy = new SeededEntropy(Seed);
        FakeTimeProvider time = TestHub.NewClock();
        var store = new InMemoryRecordStore("hub", entropy);
        await store.OpenAsync();
        InMemoryRecordStore before = store.Clone();
        await before.OpenAsync();
        TestHub hub = await TestHub.StartAsync(store, time, options: null);
        var device = new InMemoryRecordStore("ann", entropy);
        await using var ann = new Device("ann", device, time, 16 * 1024, entropy, Declare);
        await using var bob = new Device("bob", new InMemoryRecordStore("bob", entropy), time, 16 * 1024, entropy, Declare);
        var messages = new CapturedMessages(hub.Connect("ann"));
        (InMemoryRecordStore Hub, InMemoryRecordStore Device)? late = null;
        for (int round = 0; round < 3; round++)
        {
            await EditAsync(ann, round);
            InMemoryRecordStore unsynced = device.Clone();
            time.Advance(TimeSpan.FromSeconds(1));
            await EditAsync(bob, round + 10);
            await bob.SyncAsync(hub.Connect("bob"));
            late = (store.Clone(), unsynced);
            await ann.SyncAsync(messages);
            await bob.SyncAsync(hub.Connect("bob"));
        }

        using var bundle = new MemoryStream();
        await ann.Engine.Bundles.ExportAsync(bundle);
        using var sealedBundle = new MemoryStream();
        await ann.Engine.Bundles.ExportAsync(sealedBundle, new BundleExportOptions { Key = BundleKey });
        byte[] knowledge = (await bob.Engine.Bundles.DescribeAsync()).ToBytes();
        await using IStoreSnapshot snapshot = await store.ReadAsync();
        RangeSlice slice = await snapshot.ReadRangeAsync(Device.ScopeName, KeyRange.All, new ReadBudget(int.MaxValue));
        await late!.Value.Hub.OpenAsync();
        await late.Value.Device.OpenAsync();
        return new Sample(messages, before, late.Value, slice.Records, (bundle.ToArray(), sealedBundle.ToArray()), knowledge);
    }

    /// <summary>A published message of the protocol.</summary>
    public static byte[] Vector(string name) => Convert.FromHexString(string.Concat(
        File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "Vectors", $"{name}.hex")).Select(static line => line.Trim())));

    /// <summary>Lets a device write something of every strategy, and delete something.</summary>
    public static async Task EditAsync(Device device, int round)
    {
        foreach (ConflictStrategy strategy in Enum.GetValues<ConflictStrategy>())
        {
            ISyncCollection<Note> notes = device.Notes(strategy);
            for (int i = 0; i < 3; i++)
            {
                string key = string.Create(CultureInfo.InvariantCulture, $"k{i + (strategy == ConflictStrategy.ManualIntervention ? round * 3 : 0)}");
                await notes.PutAsync(key, new Note { Text = $"{device.Name} {round}", Score = round + i });
            }

            await notes.DeleteAsync(string.Create(CultureInfo.InvariantCulture, $"gone{round}"));
        }

        ISyncCollection<Sheet> sheets = device.Engine.Scope(Device.ScopeName).Collection<Sheet>(SheetCollection);
        await sheets.PatchAsync("s", patch =>
        {
            patch.Counter(s => s.Present).Increment(round);
            patch.Set(s => s.Tags).Add($"{device.Name}{round}");
            patch.Map(s => s.Marks).Counter(device.Name).Increment(1);
            patch.List(s => s.Items).Insert(0, device.Name);
            patch.Text(s => s.Notes).Insert(0, $"{device.Name} wrote ");
        });
    }
}
