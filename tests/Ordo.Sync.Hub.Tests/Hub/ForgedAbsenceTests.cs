using System.Security.Claims;
using Ordo.Sync.AspNetCore.Authorization;
using Ordo.Sync.Causality;
using Ordo.Sync.Conflicts.History;
using Ordo.Sync.Hub.Tests.Hosting;
using Ordo.Sync.Records;
using Ordo.Sync.Replication;
using Ordo.Sync.Replication.Messages;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Hub.Tests.Hub;

/// <summary>
/// A caller who may write says to have forgotten deletes that never were, and leaves out what it wants gone: it can do no more with
/// that than with an ordinary delete.
/// </summary>
public sealed class ForgedAbsenceTests
{
    private static readonly ReplicaId Nobody = new((UInt128)0xF0E6ED << 64);

    [Fact]
    public async Task Absence_by_a_forged_set_of_forgotten_deletes_is_a_delete_with_a_name_that_all_see_and_history_keeps()
    {
        await using HubHost hub = await HubHost.StartAsync();
        await using Device ann = await Device.CreateAsync();
        await using Device mallory = await Device.CreateAsync();

        PushResponse answer = await PushForgedAsync(hub, ann, mallory);

        Assert.Equal(PushStatus.Applied, answer.Status);
        StoredRecord left = (await hub.Store.GetAsync(Device.Scope, new RecordKey("grades", "a")))!;
        RecordVersion delete = Assert.Single(left.Versions);
        Assert.True(delete.IsTombstone);
        Assert.Equal("mallory", delete.Author);
        Assert.Equal(hub.Store.Replica, hub.Store.Replicas.Globalize(delete.Dot).Replica);
        Assert.Equal("ann's", Device.TextOf(Assert.Single(await HistoryAsync(hub)).Payload));

        PullResponse news = await hub.Transport("ann").PullAsync(await ann.PullRequestAsync());
        await ann.ApplyAsync(news.Page);
        Assert.Equal(answer.Digest, await ann.DigestAsync());
        Assert.True((await ann.Store.GetAsync(Device.Scope, new RecordKey("grades", "a")))!.Greatest.IsTombstone);
        await BecomeHonestAsync(mallory);
        await mallory.ApplyAsync((await hub.Transport("mallory").PullAsync(await mallory.PullRequestAsync())).Page);
        Assert.Equal(answer.Digest, await mallory.DigestAsync());
    }

    [Fact]
    public async Task What_a_caller_may_not_decide_about_comes_back_to_it_when_it_leaves_it_out()
    {
        await using HubHost hub = await HubHost.StartAsync(sync => sync.Authorize<WritersOnly>());
        await using Device ann = await Device.CreateAsync();
        await using Device ben = await Device.CreateAsync();
        await using Device mallory = await Device.CreateAsync();
        await ann.PutAsync("disputed", "ann's");
        await ben.PutAsync("disputed", "ben's");
        await PushAsync(hub, "ann", ann);
        PushResponse before = await PushAsync(hub, "ben", ben);
        await ForgeAsync(mallory, before.Knowledge);
        await mallory.PutAsync("m", "mallory's");

        PushResponse answer = await PushAsync(hub, "mallory", mallory);

        Assert.Equal(PushStatus.Applied, answer.Status);
        await BecomeHonestAsync(mallory);
        await mallory.ApplyAsync((await hub.Transport("mallory").PullAsync(await mallory.PullRequestAsync())).Page);
        foreach (IRecordStore store in (IRecordStore[])[hub.Store, mallory.Store])
        {
            StoredRecord left = (await store.GetAsync(Device.Scope, new RecordKey("grades", "disputed")))!;
            Assert.Equal(["ann's", "ben's"], left.Versions.Select(version => Device.TextOf(version.Payload)).Order());
        }

        Assert.Equal(answer.Digest, await mallory.DigestAsync());
    }

    [Fact]
    public async Task The_audit_history_cannot_be_left_out()
    {
        await using HubHost hub = await HubHost.StartAsync();
        await using Device ann = await Device.CreateAsync();
        await using Device mallory = await Device.CreateAsync();
        await using Device again = await Device.CreateAsync();
        PushResponse deleted = await PushForgedAsync(hub, ann, mallory);
        await again.PutAsync("n", "once more");
        await ForgeAsync(again, deleted.Knowledge);

        PushResponse answer = await PushAsync(hub, "mallory", again);

        Assert.Equal(PushStatus.Applied, answer.Status);
        Assert.Contains(await HistoryAsync(hub), entry => Device.TextOf(entry.Payload) == "ann's");
    }

    [Fact]
    public async Task What_others_are_said_to_have_forgotten_is_not_believed_so_nobody_fetches_the_scope_anew_for_it()
    {
        await using HubHost hub = await HubHost.StartAsync();
        await using Device ann = await Device.CreateAsync();
        await using Device mallory = await Device.CreateAsync();

        PushResponse answer = await PushForgedAsync(hub, ann, mallory, forgetsKnown: true);

        Assert.Equal(0, answer.Forgotten[ann.Replica]);
        Assert.Equal(0, answer.Forgotten[Nobody]);
    }

    // Ann's record 'a' is at the hub, and Mallory leaves it out of what she pushes.
    private static async Task<PushResponse> PushForgedAsync(HubHost hub, Device ann, Device mallory, bool forgetsKnown = false)
    {
        await ann.PutAsync("a", "ann's");
        PushResponse before = await PushAsync(hub, "ann", ann);
        await mallory.PutAsync("m", "mallory's");
        await ForgeAsync(mallory, before.Knowledge, forgetsKnown);
        return await PushAsync(hub, "mallory", mallory);
    }

    // What a modified client would do: its store says that it knows all that the hub knows, and forgot a delete nobody heard of.
    private static async Task ForgeAsync(Device device, GlobalVector known, bool forgetsKnown = false)
    {
        await using IStoreTransaction transaction = await device.Store.BeginAsync();
        ScopeState state = await transaction.GetScopeAsync(Device.Scope);
        VersionVector forgotten = VersionVector.Empty.With(new Dot(await transaction.InternAsync(Nobody), 1));
        VersionVector claimed = state.Knowledge.Merge(forgotten);
        foreach (GlobalDot dot in known.Entries)
        {
            var local = new Dot(await transaction.InternAsync(dot.Replica), dot.Counter);
            claimed = claimed.With(local);
            forgotten = forgetsKnown ? forgotten.With(local) : forgotten;
        }

        await transaction.SetScopeAsync(Device.Scope, state with { Knowledge = claimed, Forgotten = forgotten });
        await transaction.CommitAsync(Durability.Full);
    }

    // It claimed the forgotten delete in what it sent alone.
    private static async Task BecomeHonestAsync(Device device)
    {
        await using IStoreTransaction transaction = await device.Store.BeginAsync();
        ScopeState state = await transaction.GetScopeAsync(Device.Scope);
        int nobody = transaction.Replicas.IndexOf(Nobody);
        VersionVector known = VersionVector.Of([.. state.Knowledge.Entries.ToArray().Where(dot => dot.ReplicaIndex != nobody)]);
        await transaction.SetScopeAsync(Device.Scope, state with { Knowledge = known, Forgotten = VersionVector.Empty });
        await transaction.CommitAsync(Durability.Full);
    }

    private static async Task<PushResponse> PushAsync(HubHost hub, string principal, Device device)
    {
        await hub.Transport(principal).HelloAsync(device.Hello());
        return await hub.Transport(principal).PushAsync(await device.PushRequestAsync());
    }

    private static async Task<List<HistoryEntry>> HistoryAsync(HubHost hub)
    {
        await using IStoreSnapshot snapshot = await hub.Store.ReadAsync();
        RangeSlice slice = await snapshot.ReadRangeAsync(
            Device.Scope, KeyRange.All, new ReadBudget(ProtocolLimits.PageBytesDefault));
        return [.. slice.Records
            .Where(record => record.Key.Collection == SystemCollections.History && !record.Greatest.IsTombstone)
            .Select(record => HistoryCodec.Decode(record.Greatest.Payload))];
    }

    private sealed class WritersOnly : IScopeAuthorizer
    {
        public ValueTask<ScopeRights> AuthorizeAsync(
            ClaimsPrincipal principal, string scope, CancellationToken cancellationToken = default) =>
            new(ScopeRights.Read | ScopeRights.Write);
    }
}
