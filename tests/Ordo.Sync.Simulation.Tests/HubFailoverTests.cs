using Ordo.Sync.Conflicts;
using Ordo.Sync.Engine;
using Ordo.Sync.Engine.Collections;
using Ordo.Sync.Records;
using Ordo.Sync.Simulation.Tests.Workloads;
using Ordo.Sync.Testing.Simulation;

namespace Ordo.Sync.Simulation.Tests;

/// <summary>A device whose hub is gone goes on with another that has not heard of everything yet.</summary>
public sealed class HubFailoverTests : IDisposable
{
    private const string Scope = "course/a";

    private readonly SimulatedWorld _world = SimulatedWorld.Create(
        981, options => options.Device = sync => Campus.Configure(sync, isNewer: false));

    private readonly SimulatedHub _first;
    private readonly SimulatedHub _second;
    private readonly SimulatedDevice _ann;
    private readonly SimulatedDevice _bob;

    public HubFailoverTests()
    {
        _first = _world.AddHub("first");
        _second = _world.AddHub("second");
        _ann = _world.AddDevice("ann");
        _bob = _world.AddDevice("bob");
    }

    public void Dispose() => _world.Dispose();

    [Theory]
    [InlineData(ConflictStrategy.ManualIntervention, true)]
    [InlineData(ConflictStrategy.AcademicRecord, true)]
    [InlineData(ConflictStrategy.AcademicRecord, false)]
    [InlineData(ConflictStrategy.MergePreservingHistory, true)]
    [InlineData(ConflictStrategy.Custom, true)]
    [InlineData(ConflictStrategy.LastWriteWins, true)]
    public void What_a_device_wrote_over_does_not_stay_beside_it(ConflictStrategy strategy, bool mayApprove)
    {
        SimulatedRights rights = mayApprove ? SimulatedRights.All : SimulatedRights.Read | SimulatedRights.Write;
        _first.Grant(_bob, Scope, rights);
        _second.Grant(_bob, Scope, rights);
        Put(_ann, strategy, 1);
        Sync(_ann);
        Sync(_bob);
        Put(_bob, strategy, 2);
        Flee(_bob);

        foreach (SimulatedDevice device in new[] { _ann, _bob })
        {
            Assert.Equal(2, _world.Run(() => Notes(device, strategy).GetAsync("k").AsTask())!.Value.Score);
            Assert.Null(_world.Run(() => device.Engine.Conflicts
                .FindAsync(Scope, Campus.CollectionOf(strategy), "k").AsTask()));
        }
    }

    [Fact]
    public void What_a_device_deleted_stays_deleted()
    {
        Put(_ann, ConflictStrategy.MergePreservingHistory, 1);
        Sync(_ann);
        Sync(_bob);
        _world.Run(() => Notes(_bob, ConflictStrategy.MergePreservingHistory).DeleteAsync("k").AsTask());
        Flee(_bob);

        Assert.Null(_world.Run(() => Notes(_ann, ConflictStrategy.MergePreservingHistory).GetAsync("k").AsTask()));
        Assert.Null(_world.Run(() => Notes(_bob, ConflictStrategy.MergePreservingHistory).GetAsync("k").AsTask()));
    }

    [Fact]
    public void What_a_device_took_out_of_a_set_stays_out()
    {
        Edit(_ann, patch => patch.Set(card => card.Tags).Add("old"));
        Sync(_ann);
        Sync(_bob);
        Edit(_bob, patch => patch.Set(card => card.Tags).Remove("old"));
        Edit(_bob, patch => patch.Set(card => card.Tags).Add("new"));
        Assert.Equal(["new"], _world.Run(() => Cards(_bob).GetAsync("k").AsTask())!.Value.Tags);
        Flee(_bob);

        Assert.Equal(["new"], _world.Run(() => Cards(_ann).GetAsync("k").AsTask())!.Value.Tags);
        Assert.Equal(["new"], _world.Run(() => Cards(_bob).GetAsync("k").AsTask())!.Value.Tags);
    }

    /// <summary>What Bob pushed without hearing the answer he learns by a pull to be there: he tells it once more all the same.</summary>
    [Fact]
    public void What_a_device_wrote_over_does_not_stay_beside_it_where_an_answer_was_lost()
    {
        Put(_ann, ConflictStrategy.ManualIntervention, 1);
        Sync(_ann);
        Sync(_bob);
        Put(_bob, ConflictStrategy.ManualIntervention, 2);
        _bob.ConnectTo(_second);
        SyncUnheard(_bob, _second, Campus.CollectionOf(ConflictStrategy.ManualIntervention));
        Flee(_bob);

        Assert.Null(_world.Run(() => _ann.Engine.Conflicts
            .FindAsync(Scope, Campus.CollectionOf(ConflictStrategy.ManualIntervention), "k").AsTask()));
        Assert.Equal(2, _world.Run(() => Notes(_ann, ConflictStrategy.ManualIntervention).GetAsync("k").AsTask())!.Value.Score);
    }

    /// <summary>Bob knows of Ann's delete, and may not speak for her: the second hub keeps what she deleted until it hears of that.</summary>
    [Fact]
    public void What_a_hub_holds_stays_until_it_has_what_took_its_place()
    {
        SimulatedDevice cem = _world.AddDevice("cem");
        cem.ConnectTo(_second);
        Put(cem, ConflictStrategy.Custom, 5);
        Sync(cem);
        _first.Sync(_second, Campus.Scopes);
        Sync(_ann);
        _world.Run(() => Notes(_ann, ConflictStrategy.Custom).DeleteAsync("k").AsTask());
        Sync(_ann);
        Put(_bob, ConflictStrategy.Custom, 1);
        Sync(_bob);
        _bob.ConnectTo(_second);
        Sync(_bob);
        Sync(cem);
        Assert.Equal(5, _world.Run(() => Notes(cem, ConflictStrategy.Custom).GetAsync("k").AsTask())!.Value.Score);

        _world.AssertConverged();
        Assert.Equal(1, _world.Run(() => Notes(cem, ConflictStrategy.Custom).GetAsync("k").AsTask())!.Value.Score);
    }

    /// <summary>What waits was written before the device left another scope, and so took a new id.</summary>
    [Fact]
    public void What_waits_under_an_earlier_id_reaches_a_hub_that_refuses_that_id()
    {
        Put(_ann, ConflictStrategy.ManualIntervention, 1);
        _world.Run(() => Notes(_ann, ConflictStrategy.ManualIntervention, "course/b")
            .PutAsync("k", new Note { Score = 1 }).AsTask());
        Sync(_ann);
        _first.Sync(_second, Campus.Scopes);
        Put(_ann, ConflictStrategy.ManualIntervention, 2);
        _world.Run(() => _ann.Engine.UnsubscribeAsync("course/b", UnsyncedWrites.MoveToInbox).AsTask());
        _world.Run(() => _ann.Engine.SubscribeAsync("course/b").AsTask());
        _ann.ConnectTo(_second);
        Sync(_ann);
        Sync(_ann);

        _world.AssertConverged();
        Assert.Equal(2, _world.Run(() => Notes(_bob, ConflictStrategy.ManualIntervention).GetAsync("k").AsTask())!.Value.Score);
    }

    /// <summary>
    /// The second hub knows Ann by way of the first alone, so she writes again under a new id what she had heard no answer to. The first hub
    /// had taken it all the same.
    /// </summary>
    [Fact]
    public void What_was_taken_and_is_put_again_under_a_new_id_counts_once()
    {
        Put(_ann, ConflictStrategy.Custom, 1);
        Sync(_ann);
        _first.Sync(_second, Campus.Scopes);
        Edit(_ann, patch => patch.Counter(card => card.Count).Increment(2));
        Edit(_ann, patch => patch.Counter(card => card.Count).Increment(3));
        Edit(_ann, patch => patch.Text(card => card.Body).Insert(0, "once"));
        SyncUnheard(_ann, _first, Campus.Cards);
        Edit(_ann, patch => patch.Counter(card => card.Count).Increment(4));
        _ann.ConnectTo(_second);
        Sync(_ann);
        Sync(_bob);
        _first.Sync(_second, Campus.Scopes);

        _world.AssertConverged();
        Assert.All([_ann, _bob], device =>
        {
            Card card = _world.Run(() => Cards(device).GetAsync("k").AsTask())!.Value;
            Assert.Equal((9, "once"), (card.Count, card.Body));
        });
    }

    /// <summary>Each hub knows the device by way of the other alone, so it goes on under a new id each time.</summary>
    [Fact]
    public void A_device_may_go_there_and_back_as_often_as_it_must()
    {
        for (int i = 1; i <= 5; i++)
        {
            Put(_ann, ConflictStrategy.ManualIntervention, i);
            Sync(_ann);
            _first.Sync(_second, Campus.Scopes);
            _ann.ConnectTo(i % 2 == 0 ? _first : _second);
            Sync(_ann);
        }

        _world.AssertConverged();
        Assert.Equal(5, _world.Run(() => Notes(_bob, ConflictStrategy.ManualIntervention).GetAsync("k").AsTask())!.Value.Score);
    }

    // The second hub has heard of nothing when the device comes; later the hubs find each other again.
    private void Flee(SimulatedDevice device)
    {
        device.ConnectTo(_second);
        Sync(device);
        _first.Sync(_second, Campus.Scopes);
        _world.AssertConverged();
    }

    // The hub takes what the device sends, and no answer comes back.
    private void SyncUnheard(SimulatedDevice device, SimulatedHub hub, string collection)
    {
        Task sync = _world.Begin(() => device.Engine.SyncAsync().AsTask());
        while (!_world.Run(async () =>
            await hub.Store.GetAsync(Scope, new RecordKey(collection, "k"), CancellationToken.None) is not null))
        {
            Assert.False(sync.IsCompleted);
            _world.Pass(TimeSpan.FromMilliseconds(1));
        }

        _world.Partition(device, hub);
        _world.Pass(TimeSpan.FromHours(1));
        _world.Heal(device, hub);
    }

    private static void Sync(SimulatedDevice device) => Assert.Null(device.Sync().Error);

    private void Put(SimulatedDevice device, ConflictStrategy strategy, int score) =>
        _world.Run(() => Notes(device, strategy).PutAsync("k", new Note { Score = score }).AsTask());

    private void Edit(SimulatedDevice device, Action<PatchBuilder<Card>> edit) =>
        _world.Run(() => Cards(device).PatchAsync("k", edit).AsTask());

    private static ISyncCollection<Note> Notes(SimulatedDevice device, ConflictStrategy strategy, string scope = Scope) =>
        device.Engine.Scope(scope).Collection<Note>(Campus.CollectionOf(strategy));

    private static ISyncCollection<Card> Cards(SimulatedDevice device) => device.Engine.Scope(Scope).Collection<Card>(Campus.Cards);
}
