using Ordo.Sync.Conflicts;
using Ordo.Sync.Engine.Collections;
using Ordo.Sync.Strategies.Tests.Worlds;

namespace Ordo.Sync.Crdt.Tests.Fields;

/// <summary>Concurrent edits of every kind of field, under every strategy, over every topology, in memory and on SQLite.</summary>
public sealed class FieldsEverywhereTests
{
    private const string Key = "mon";

    public static MatrixTheoryData<Topology, StoreKind> Places => new(Enum.GetValues<Topology>(), Enum.GetValues<StoreKind>());

    [Theory]
    [MemberData(nameof(Places))]
    public async Task Concurrent_edits_merge_under_every_strategy(Topology topology, StoreKind stores)
    {
        await using World world = await World.StartAsync(topology, stores, configure: Sheets.Declare);
        ConflictStrategy[] strategies = Enum.GetValues<ConflictStrategy>();
        string padding = new('.', 600);
        foreach (ConflictStrategy strategy in strategies)
        {
            await world.C.SheetsOf(strategy).PutAsync(Key, new Sheet { Title = "first" });
            await world.C.SheetsOf(strategy).PatchAsync(Key, p =>
            {
                p.Counter(s => s.Present).Increment(10);
                p.Set(s => s.Tags).Add("old").Add("kept");
                p.List(s => s.Items).Add("one").Add("three");
                p.Text(s => s.Notes).Insert(0, "hello world" + padding);
                p.Map(s => s.Marks).Counter("x").Increment(1);
            });
        }

        await world.SettleAsync();
        world.Pass();
        foreach (ConflictStrategy strategy in strategies)
        {
            await EditAsA(world.A.SheetsOf(strategy));
        }

        world.Pass();
        foreach (ConflictStrategy strategy in strategies)
        {
            await EditAsB(world.B.SheetsOf(strategy));
        }

        await world.SettleAsync();
        foreach (ConflictStrategy strategy in strategies)
        {
            await world.RequireConvergedAsync(strategy, Key);
            foreach (Device device in world.Devices)
            {
                Sheet sheet = (await device.ReadAsync(strategy, Key))!;
                Assert.Equal("first", sheet.Title);
                Assert.Equal(10 + 5 - 2, sheet.Present);
                Assert.True(sheet.Open);
                Assert.Equal("B 2", sheet.Room);
                Assert.Equal(["kept", "new", "old"], sheet.Tags.Order());
                Assert.Equal(["one", "two", "three", "four"], sheet.Items);
                Assert.Equal("hello dear big" + padding + "!", sheet.Notes);
                Assert.Equal(7, sheet.Marks["x"]);
                Assert.Equal(3, sheet.Marks["y"]);
            }
        }
    }

    [Fact]
    public async Task A_delta_reaches_a_record_whose_plain_fields_changed_with_it()
    {
        // Every version that comes is new here, and the document is a delta: it must be joined to the state that is here.
        await using World world = await World.StartAsync(Topology.OneHub, StoreKind.Memory, configure: Sheets.Declare);
        ISyncCollection<Sheet> sheets = world.A.SheetsOf(ConflictStrategy.LastWriteWins);
        await sheets.PatchAsync(Key, p => p.Set(s => s.Title, "one").Text(s => s.Notes).Append(new string('x', 2000)));
        await world.SettleAsync();

        world.Pass();
        await sheets.PatchAsync(Key, p => p.Set(s => s.Title, "two").Text(s => s.Notes).Insert(1000, "!"));
        await world.SettleAsync();

        await world.RequireConvergedAsync(ConflictStrategy.LastWriteWins, Key);
        Assert.Equal('!', (await world.B.ReadAsync(ConflictStrategy.LastWriteWins, Key))!.Notes[1000]);
    }

    [Fact]
    public async Task A_sync_ends_where_the_hub_takes_no_more_than_the_devices_own()
    {
        // B is no relay: what A wrote is A's to bring, and pushing it again and again would change nothing.
        await using World world = await World.StartAsync(Topology.OneHub, StoreKind.Memory, configure: Sheets.Declare);
        await world.A.SheetsOf(ConflictStrategy.LastWriteWins).PatchAsync("a", p => p.Text(s => s.Notes).Append("by A"));
        await world.B.SyncAsync(await world.A.ConnectAsync());
        await world.B.SheetsOf(ConflictStrategy.LastWriteWins).PatchAsync(Key, p => p.Text(s => s.Notes).Append("by B"));

        await world.SyncAsync(world.B);
        await world.SettleAsync();

        await world.RequireConvergedAsync(ConflictStrategy.LastWriteWins, "a", Key);
        Assert.Equal("by A", (await world.C.ReadAsync(ConflictStrategy.LastWriteWins, "a"))!.Notes);
    }

    [Fact]
    public async Task A_keystroke_in_a_long_text_travels_as_a_keystroke()
    {
        await using World world = await World.StartAsync(Topology.OneHub, StoreKind.Memory, configure: Sheets.Declare);
        ISyncCollection<Sheet> sheets = world.A.SheetsOf(ConflictStrategy.LastWriteWins);
        var random = new Random(1);
        string text = string.Concat(Enumerable.Range(0, 100 * 1024).Select(_ => (char)('a' + random.Next(26))));
        await sheets.PatchAsync(Key, p => p.Text(s => s.Notes).Append(text));
        await world.SettleAsync();

        await sheets.PatchAsync(Key, p => p.Text(s => s.Notes).Insert(50_000, "!"));
        long pushed = (await world.SyncBytesAsync(world.A)).Sent;
        long pulled = (await world.SyncBytesAsync(world.B)).Received;

        Assert.Equal(await world.A.DigestAsync(), await world.B.DigestAsync());
        Assert.Equal(text.Length + 1, (await world.B.ReadAsync(ConflictStrategy.LastWriteWins, Key))!.Notes.Length);
        Assert.InRange(pushed, 1, 1024);
        Assert.InRange(pulled, 1, 1024);
    }

    private static async Task EditAsA(ISyncCollection<Sheet> sheets) => await sheets.PatchAsync(Key, p =>
    {
        p.Counter(s => s.Present).Increment(5);
        p.Flag(s => s.Open).Enable();
        p.Register(s => s.Room!).Write("A 1");
        p.Set(s => s.Tags).Remove("old").Add("new");
        p.List(s => s.Items).Insert(1, "two");
        p.Text(s => s.Notes).Insert(6, "dear ");
        p.Map(s => s.Marks).Counter("x").Increment(7);
    });

    // Adds a tag again that A removes, deletes the word that A types in front of, removes the counter that A raises.
    private static async Task EditAsB(ISyncCollection<Sheet> sheets) => await sheets.PatchAsync(Key, p =>
    {
        p.Counter(s => s.Present).Decrement(2);
        p.Flag(s => s.Open).Disable();
        p.Register(s => s.Room!).Write("B 2");
        p.Set(s => s.Tags).Remove("old").Add("old");
        p.List(s => s.Items).Add("four");
        p.Text(s => s.Notes).Insert(11, "big").Delete(6, 5).Append("!");
        p.Map(s => s.Marks).Remove("x");
        p.Map(s => s.Marks).Counter("y").Increment(3);
    });
}
