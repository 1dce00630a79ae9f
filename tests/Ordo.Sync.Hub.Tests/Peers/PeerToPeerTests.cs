using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Ordo.Sync.Engine.Inbox;
using Ordo.Sync.Engine.Syncing;
using Ordo.Sync.Engine.Verification;
using Ordo.Sync.Engine.Watching;
using Ordo.Sync.Errors;
using Ordo.Sync.Hub.Tests.Hosting;

namespace Ordo.Sync.Hub.Tests.Peers;

/// <summary>Devices that sync with one another over HTTP, with no hub anywhere.</summary>
public sealed class PeerToPeerTests
{
    [Fact]
    public async Task Three_devices_in_a_line_converge_and_meet_no_false_conflict()
    {
        await using PeerDevice ann = await PeerDevice.StartAsync<TrustsRelays>("ann");
        await using PeerDevice bob = await PeerDevice.StartAsync<TrustsRelays>("bob");
        await using PeerDevice cem = await PeerDevice.StartAsync<TrustsRelays>("cem");
        ann.Calls(bob);
        bob.Calls(cem);
        await ann.Notes.PutAsync("a", new Note { Text = "ann's" });
        await ann.Grades.PutAsync("g", new Note { Text = "first" });
        await cem.Notes.PutAsync("c", new Note { Text = "cem's" });
        int conflicts = await SyncAllAsync(ann, bob, ann);

        // Each edits what another one wrote, once it has come along the line: no edit is concurrent with any other.
        await cem.Grades.PutAsync("g", new Note { Text = "second" });
        await cem.Notes.PutAsync("a", new Note { Text = "cem's of ann's" });
        conflicts += await SyncAllAsync(bob, ann);
        await ann.Grades.PutAsync("g", new Note { Text = "third" });
        conflicts += await SyncAllAsync(ann, bob);

        Assert.Equal(0, conflicts);
        await RequireSameAsync(ann, bob, cem);
        Assert.Equal("cem's of ann's", await ann.TextAsync("a"));
        Assert.Equal("cem's of ann's", await bob.TextAsync("a"));
        Assert.Equal("third", (await cem.Grades.GetAsync("g"))!.Value.Text);
        Assert.Empty(await cem.Engine.Conflicts.ListAsync().ToListAsync());
    }

    [Fact]
    public async Task Three_devices_in_a_ring_converge_and_keep_a_true_conflict_once()
    {
        await using PeerDevice ann = await PeerDevice.StartAsync<TrustsRelays>("ann");
        await using PeerDevice bob = await PeerDevice.StartAsync<TrustsRelays>("bob");
        await using PeerDevice cem = await PeerDevice.StartAsync<TrustsRelays>("cem");
        ann.Calls(bob);
        bob.Calls(cem);
        cem.Calls(ann);
        await ann.Grades.PutAsync("g", new Note { Text = "ann's" });
        await cem.Grades.PutAsync("g", new Note { Text = "cem's" });
        for (int round = 0; round < 3; round++)
        {
            await Task.WhenAll(ann.TrySyncAsync().AsTask(), bob.TrySyncAsync().AsTask(), cem.TrySyncAsync().AsTask());
        }

        await SyncAllAsync(ann, bob, cem, ann);
        await RequireSameAsync(ann, bob, cem);
        foreach (PeerDevice device in (IEnumerable<PeerDevice>)[ann, bob, cem])
        {
            Conflict conflict = Assert.Single(await device.Engine.Conflicts.ListAsync().ToListAsync());
            Assert.Equal(["ann", "cem"], conflict.Siblings.Select(side => side.Author).Order());
        }

        Conflict seen = (await bob.Engine.Conflicts.ListAsync().ToListAsync()).Single();
        await bob.Engine.Conflicts.ResolveAsync(seen, Resolution.Keep(seen.Siblings[0]), "moderated");
        await SyncAllAsync(bob, cem, ann, bob);
        await RequireSameAsync(ann, bob, cem);
        Assert.Empty(await ann.Engine.Conflicts.ListAsync().ToListAsync());
        Assert.Empty(await cem.Engine.Conflicts.ListAsync().ToListAsync());
        Assert.Equal(0, (await cem.Engine.GetJournalStatusAsync()).PendingCount);
    }

    [Fact]
    public async Task Watchers_of_a_device_hear_at_once_what_a_peer_brings()
    {
        await using PeerDevice ann = await PeerDevice.StartAsync<TrustsRelays>("ann");
        await using PeerDevice bob = await PeerDevice.StartAsync<TrustsRelays>("bob");
        ann.Calls(bob);
        using LiveCollection<Note> live = bob.Notes.Live();
        await live.Loaded;
        var shown = new TaskCompletionSource();
        live.CollectionChanged += (_, _) => shown.TrySetResult();
        await ann.Notes.PutAsync("a", new Note { Text = "ann's" });
        await ann.SyncAsync();

        await shown.Task.WaitAsync(TimeSpan.FromSeconds(120));
        Assert.Equal("ann's", live.Find("a")?.Value.Text);
    }

    [Fact]
    public async Task A_device_that_listens_hears_what_the_other_one_writes()
    {
        await using PeerDevice bob = await PeerDevice.StartAsync<TrustsRelays>("bob");
        await using PeerDevice ann = await PeerDevice.StartAsync<TrustsRelays>("ann", sync => sync.Configure(options =>
        {
            options.SyncsInBackground = true;
            options.RetryDelay = TimeSpan.FromMilliseconds(20);
            options.RetryDelayMax = TimeSpan.FromMilliseconds(100);
        }));
        ann.Calls(bob);
        await bob.Notes.PutAsync("b", new Note { Text = "bob's" });
        await UntilAsync(async () => await ann.TextAsync("b") == "bob's" && ann.Engine.Health.Report().IsLive);

        await bob.Notes.PutAsync("b", new Note { Text = "bob's second" });

        await UntilAsync(async () => await ann.TextAsync("b") == "bob's second");
    }

    [Fact]
    public async Task A_device_verifies_itself_against_another_one()
    {
        await using PeerDevice ann = await PeerDevice.StartAsync<TrustsRelays>("ann");
        await using PeerDevice bob = await PeerDevice.StartAsync<TrustsRelays>("bob");
        ann.Calls(bob);
        await bob.Notes.PutAsync("b", new Note { Text = "bob's" });

        ScopeVerification scope = (await ann.Engine.VerifyAsync()).Scopes.Single();

        Assert.True(scope is { Comparison: PeerComparison.Same, IsSound: true, RecordCount: 1 });
    }

    [Fact]
    public async Task A_peer_may_what_the_authorizer_says_and_loses_nothing_where_it_says_no()
    {
        await using PeerDevice bob = await PeerDevice.StartAsync<TrustsByName>("bob");
        await using PeerDevice stranger = await PeerDevice.StartAsync<TrustsByName>("stranger");
        await using PeerDevice reader = await PeerDevice.StartAsync<TrustsByName>("reader");
        stranger.Calls(bob);
        reader.Calls(bob);
        await bob.Notes.PutAsync("b", new Note { Text = "bob's" });
        await stranger.Notes.PutAsync("s", new Note { Text = "the stranger's" });
        await reader.Notes.PutAsync("r", new Note { Text = "the reader's" });

        SyncReport refused = await stranger.TrySyncAsync();
        SyncReport reading = await reader.TrySyncAsync();

        // A hub's refusal takes the scope away; a peer is no authority over what others hold.
        Assert.Equal(SyncErrorCode.Forbidden, refused.Error?.Code);
        Assert.Equal("the stranger's", await stranger.TextAsync("s"));
        Assert.Null(await stranger.TextAsync("b"));
        Assert.Equal(SyncErrorCode.Forbidden, reading.Error?.Code);
        Assert.Equal("bob's", await reader.TextAsync("b"));
        Assert.Equal(1, (await reader.Engine.GetJournalStatusAsync()).PendingCount);
        Assert.Null(await bob.TextAsync("r"));
        Assert.Null(await bob.TextAsync("s"));
    }

    [Fact]
    public async Task Who_may_not_relay_brings_its_own_writes_only_and_who_may_not_approve_decides_nothing()
    {
        await using PeerDevice bob = await PeerDevice.StartAsync<TrustsByName>("bob");
        await using PeerDevice writer = await PeerDevice.StartAsync<TrustsRelays>("writer");
        await using PeerDevice cem = await PeerDevice.StartAsync<TrustsRelays>("cem");
        cem.Calls(writer);
        writer.Calls(bob);
        await cem.Notes.PutAsync("c", new Note { Text = "cem's" });
        await cem.SyncAsync();
        await writer.Notes.PutAsync("w", new Note { Text = "the writer's" });
        await writer.Grades.OverrideAsync("g", new Note { Text = "decided" }, "because");

        await writer.TrySyncAsync();

        Assert.Equal("the writer's", await bob.TextAsync("w"));
        Assert.Null(await bob.TextAsync("c"));
        Assert.Null(await bob.Grades.GetAsync("g"));
        Conflict refused = Assert.Single(await writer.Engine.Conflicts.ListAsync().ToListAsync());
        Assert.Equal(SyncErrorCode.Forbidden, refused.Rejection?.Code);
    }

    [Fact]
    public async Task A_scope_that_the_device_does_not_hold_is_not_answered_for()
    {
        await using PeerDevice bob = await PeerDevice.StartAsync<TrustsRelays>("bob");
        await using PeerDevice ann = await PeerDevice.StartAsync<TrustsRelays>("ann", sync => sync.Subscribe("course/other"));
        ann.Calls(bob);
        await ann.Engine.Scope("course/other").Collection<Note>("notes").PutAsync("a", new Note { Text = "elsewhere" });
        await ann.Notes.PutAsync("a", new Note { Text = "here" });

        SyncReport report = await ann.TrySyncAsync();

        Assert.Equal(SyncStatus.Partial, report.Status);
        Assert.Equal(SyncErrorCode.Forbidden, report.Scopes.Single(scope => scope.Scope == "course/other").Error?.Code);
        Assert.Equal("here", await bob.TextAsync("a"));
        Assert.Equal(1, (await ann.Engine.GetJournalStatusAsync()).PendingCount);
    }

    [Fact]
    public void A_device_says_at_once_what_is_missing_to_answer_others()
    {
        var services = new ServiceCollection();

        InvalidOperationException trust = Assert.Throws<InvalidOperationException>(
            () => services.AddOrdoSyncHub(hub => hub.UseDevice()));
        InvalidOperationException files = Assert.Throws<InvalidOperationException>(
            () => services.AddOrdoSyncHub(hub => hub.UseDevice().Authorize<TrustsRelays>().UseFileSystemBlobs("files")));

        Assert.Contains("Authorize", trust.Message, StringComparison.Ordinal);
        Assert.Contains("AddOrdoSync", files.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_device_that_answers_others_is_not_compacted_and_says_why()
    {
        await using PeerDevice ann = await PeerDevice.StartAsync<TrustsAll>("ann");
        await ann.Notes.PutAsync("a", new Note());
        using var client = new HttpClient();
        client.DefaultRequestHeaders.Add(HeaderAuthentication.UserHeader, "bob");

        HttpResponseMessage answer = await client.PostAsync(
            new Uri($"{ann.Address}/v1/compact?scope={Uri.EscapeDataString(PeerDevice.Scope)}"), content: null);

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Contains("A device answers here", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    private static async Task<int> SyncAllAsync(params IEnumerable<PeerDevice> devices)
    {
        int conflicts = 0;
        foreach (PeerDevice device in devices)
        {
            conflicts += (await device.SyncAsync()).ConflictCount;
        }

        return conflicts;
    }

    private static async Task RequireSameAsync(PeerDevice one, params IEnumerable<PeerDevice> others)
    {
        foreach (PeerDevice other in others)
        {
            Assert.Equal(await one.DigestAsync(), await other.DigestAsync());
        }
    }

    private static async Task UntilAsync(Func<Task<bool>> holds)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(120));
        while (!await holds())
        {
            await Task.Delay(10, patience.Token);
        }
    }
}
