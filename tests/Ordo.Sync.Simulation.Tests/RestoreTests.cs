using Ordo.Sync.Conflicts;
using Ordo.Sync.Engine.Collections;
using Ordo.Sync.Engine.Inbox;
using Ordo.Sync.Simulation.Tests.Workloads;
using Ordo.Sync.Testing.Simulation;

namespace Ordo.Sync.Simulation.Tests;

/// <summary>Stores put back and copied, and deletes forgotten, by hand: what docs/guides/simulation.md says of them.</summary>
public sealed class RestoreTests : IDisposable
{
    private readonly SimulatedWorld _world = SimulatedWorld.Create(3, options => options.Device = sync => sync
        .Collection<Note>("notes", notes => notes.Strategy(ConflictStrategy.ManualIntervention))
        .Subscribe("course/a"));

    private readonly SimulatedHub _hub;
    private readonly SimulatedDevice _ann;
    private readonly SimulatedDevice _bob;

    public RestoreTests()
    {
        _hub = _world.AddHub();
        _ann = _world.AddDevice("ann");
        _bob = _world.AddDevice("bob");
    }

    public void Dispose() => _world.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_hub_that_was_put_back_gets_again_what_devices_have(bool isNoticed)
    {
        SimulatedBackup backup = _hub.BackUp();
        Put(_ann, "k", 1);
        _ann.Sync();

        _hub.Restore(backup, isNoticed);

        _world.AssertConverged();
        Assert.Equal(1, ScoreAt(_bob, "k"));
    }

    /// <summary>
    /// Put back to before it took an incarnation, a hub does not know of it; what it wrote under that one only others have, and bring again.
    /// </summary>
    [Fact]
    public void A_hub_that_was_put_back_twice_takes_what_it_wrote_between()
    {
        using SimulatedWorld world = SimulatedWorld.Create(5, options => options.Device = sync => sync
            .Collection<Note>("notes", notes => notes.Strategy(ConflictStrategy.AcademicRecord))
            .Subscribe("course/a"));
        SimulatedHub hub = world.AddHub();
        SimulatedDevice ann = world.AddDevice("ann");
        SimulatedDevice bob = world.AddDevice("bob");
        hub.Grant(ann, "course/a", SimulatedRights.Read | SimulatedRights.Write);
        SimulatedBackup backup = hub.BackUp();
        hub.Restore(backup);

        // What it refuses, it refuses in a version of its own.
        world.Run(() => Notes(ann).OverrideAsync("k", new Note { Score = 1 }, "no approver").AsTask());
        ann.Sync();
        bob.Sync();
        hub.Restore(backup);

        world.AssertConverged();
    }

    /// <summary>
    /// Bob may not bring what Ann added, and at Ann his carrier has taken the place of hers: nothing of hers looks unknown to the hub.
    /// </summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_was_edited_over_comes_back_to_a_hub_that_was_put_back_whoever_comes_first(bool isBobFirst)
    {
        using SimulatedWorld world = SimulatedWorld.Create(6, options => options.Device = sync => Campus.Configure(sync, isNewer: false));
        SimulatedHub hub = world.AddHub();
        SimulatedDevice ann = world.AddDevice("ann");
        SimulatedDevice bob = world.AddDevice("bob");
        Add(ann);
        world.AssertConverged();
        SimulatedBackup backup = hub.BackUp();
        Add(ann);
        bob.Sync();
        Add(bob);
        ann.Sync();

        hub.Restore(backup);
        (isBobFirst ? bob : ann).Sync();

        world.AssertConverged();
        Assert.All([ann, bob], device => Assert.Equal(3, world.Run(() => Cards(device).GetAsync("k").AsTask())!.Value.Count));

        void Add(SimulatedDevice device)
        {
            world.Run(() => Cards(device).PatchAsync("k", patch => patch.Counter(card => card.Count).Increment(1)).AsTask());
            device.Sync();
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_device_that_was_put_back_loses_what_it_alone_had_and_nothing_else(bool isNoticed)
    {
        Put(_ann, "kept", 1);
        _ann.Sync();
        SimulatedBackup backup = _ann.BackUp();
        Put(_ann, "synced", 2);
        _ann.Sync();
        Put(_ann, "lost", 3);

        _ann.Restore(backup, isNoticed);
        Put(_ann, "after", 4);

        _world.AssertConverged();
        Assert.Equal("1 2 4", ScoresAt(_ann, "kept", "synced", "after"));
        Assert.Equal("1 2 4", ScoresAt(_bob, "kept", "synced", "after"));
        Assert.Null(ScoreAt(_bob, "lost"));
        Assert.Equal(1, _world.Statistics.RestoreCount);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Two_copies_of_a_device_lose_nothing_of_what_either_writes(bool isNoticed)
    {
        Put(_ann, "before", 1);

        SimulatedDevice copy = _world.CloneDevice(_ann, "copy", isNoticed);
        Put(_ann, "first", 2);
        Put(copy, "second", 3);
        _ann.Sync();
        copy.Sync();

        _world.AssertConverged();
        Assert.Equal("1 2 3", ScoresAt(_bob, "before", "first", "second"));
        Assert.NotEqual(_ann.Engine.Replica, copy.Engine.Replica);
    }

    [Fact]
    public void Who_comes_back_after_the_horizon_keeps_its_writes_and_brings_back_nothing_deleted()
    {
        Put(_ann, "deleted", 1);
        Put(_ann, "kept", 2);
        _ann.Sync();
        _bob.Sync();
        _world.Partition(_bob, _hub);
        Put(_bob, "unsynced", 3);
        _world.Run(() => Notes(_ann).DeleteAsync("deleted").AsTask());
        _ann.Sync();
        _world.Pass(TimeSpan.FromDays(2));
        _ann.Sync();

        Assert.True(_hub.Collect(TimeSpan.FromDays(1)) > 0);

        _world.AssertConverged();
        Assert.Null(ScoreAt(_bob, "deleted"));
        Assert.Equal("2 3", ScoresAt(_ann, "kept", "unsynced"));
    }

    /// <summary>The form showed a version of the same name as one that others had from before the device was put back.</summary>
    [Fact]
    public void A_form_takes_the_place_of_nothing_that_only_bears_the_name_of_what_it_showed()
    {
        using SimulatedWorld world = SimulatedWorld.Create(4, options => options.Device = sync => sync
            .Collection<Note>("notes", notes => notes.Strategy(ConflictStrategy.AcademicRecord))
            .Subscribe("course/a"));
        world.AddHub();
        SimulatedDevice ann = world.AddDevice("ann");
        SimulatedBackup backup = ann.BackUp();
        world.Run(() => Notes(ann).PutAsync("k", new Note { Score = 1 }).AsTask());
        ann.Sync();
        ann.Restore(backup, isNoticed: false);
        world.Run(() => Notes(ann).PutAsync("k", new Note { Score = 2 }).AsTask());
        Record<Note> shown = world.Run(() => Notes(ann).GetAsync("k").AsTask())!;
        ann.Sync();
        ann.Sync();

        world.Run(() => Notes(ann).PutAsync("k", new Note { Score = 3 }, new WriteOptions { BasedOn = shown.Version }).AsTask());

        Conflict conflict = world.Run(() => ann.Engine.Conflicts.FindAsync("course/a", "notes", "k").AsTask())!;
        Assert.Contains(1, conflict.Siblings.Select(sibling => sibling.ReadAs<Note>()!.Score));
        world.AssertConverged();
    }

    [Fact]
    public void A_backup_is_put_back_at_its_own_node_and_not_after_an_older_one()
    {
        SimulatedBackup first = _ann.BackUp();
        SimulatedBackup second = _ann.BackUp();

        Assert.Throws<ArgumentException>(() => _bob.Restore(first));
        _ann.Restore(first);
        Assert.True(second.IsVoid);
        Assert.Throws<ArgumentException>(() => _ann.Restore(second));
        _ann.Restore(first);
        Assert.False(first.IsVoid);
    }

    private void Put(SimulatedDevice device, string key, int score) =>
        _world.Run(() => Notes(device).PutAsync(key, new Note { Score = score }).AsTask());

    private string ScoresAt(SimulatedDevice device, params string[] keys) => string.Join(' ', keys.Select(key => ScoreAt(device, key)));

    private int? ScoreAt(SimulatedDevice device, string key) =>
        _world.Run(() => Notes(device).GetAsync(key).AsTask())?.Value.Score;

    private static ISyncCollection<Note> Notes(SimulatedDevice device) =>
        device.Engine.Scope("course/a").Collection<Note>("notes");

    private static ISyncCollection<Card> Cards(SimulatedDevice device) => device.Engine.Scope("course/a").Collection<Card>(Campus.Cards);
}
