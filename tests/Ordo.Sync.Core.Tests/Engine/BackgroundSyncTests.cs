using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;
using Ordo.Sync.Engine;
using Ordo.Sync.Engine.Collections;
using Ordo.Sync.Errors;
using Ordo.Sync.Transport;

namespace Ordo.Sync.Core.Tests.Engine;

public sealed class BackgroundSyncTests
{
    private readonly FakeTimeProvider _time = TestHub.NewClock();

    [Fact]
    public async Task A_write_is_synced_soon_and_changes_of_others_at_the_interval()
    {
        TestHub hub = await TestHub.StartAsync(_time);
        var wire = new FailingTransport(hub.Connect());
        await using ServiceProvider services = Build(wire);
        IHostedService background = services.GetRequiredService<IHostedService>();
        await background.StartAsync(CancellationToken.None);
        ISyncCollection<Note> notes = NotesOf(services);

        await notes.PutAsync("1", new Note { Text = "at once" });
        await UntilAsync(() => HubKnowsAsync(hub, 1));

        await using var other = new TestDevice(hub.Connect(), _time);
        await other.Notes.PutAsync("2", new Note { Text = "from elsewhere" });
        await other.SyncAsync();
        await UntilAsync(async () => await notes.GetAsync("2") is not null, TimeSpan.FromMinutes(1));
        await background.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task After_a_failure_it_tries_again_later_and_catches_up()
    {
        TestHub hub = await TestHub.StartAsync(_time);
        var wire = new FailingTransport(hub.Connect()) { Error = new SyncException(SyncErrorCode.Unreachable, "Down.") };
        await using ServiceProvider services = Build(wire);
        IHostedService background = services.GetRequiredService<IHostedService>();
        await background.StartAsync(CancellationToken.None);
        await NotesOf(services).PutAsync("1", new Note { Text = "patient" });
        wire.Error = null;
        await UntilAsync(() => HubKnowsAsync(hub, 1));
        await background.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task A_scope_at_its_quota_waits_by_itself_while_others_go_on_and_pushes_when_the_hub_said()
    {
        const string Full = "course/full";
        TestHub hub = await TestHub.StartAsync(_time);
        var wire = new GuardedTransport(hub.Connect())
        {
            PushRefusal = SyncErrorCode.QuotaExceeded,
            PushRefusalScope = Full,
            RetryAfter = TimeSpan.FromMinutes(40),
        };
        await using ServiceProvider services = Build(wire, Full);
        IHostedService background = services.GetRequiredService<IHostedService>();
        await background.StartAsync(CancellationToken.None);
        await NotesOf(services, Full).PutAsync("1", new Note { Text = "waits" });
        await UntilAsync(() => Task.FromResult(wire.RefusedPushCount == 1));
        DateTimeOffset refused = _time.GetUtcNow();
        for (int i = 1; i <= 3; i++)
        {
            await NotesOf(services).PutAsync($"{i}", new Note { Text = "goes on" });
            await NotesOf(services, Full).PutAsync($"more/{i}", new Note { Text = "waits too" });
            await UntilAsync(() => HubKnowsAsync(hub, i));
        }

        Assert.InRange(_time.GetUtcNow() - refused, TimeSpan.Zero, TimeSpan.FromMinutes(5));
        Assert.Equal(1, wire.RefusedPushCount);
        wire.PushRefusal = null;
        await UntilAsync(() => HubKnowsAsync(hub, 4, Full), TimeSpan.FromMinutes(1));
        Assert.InRange(_time.GetUtcNow() - refused, TimeSpan.FromMinutes(40), TimeSpan.FromMinutes(80));
        await background.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task A_scope_that_may_not_be_read_backs_off_by_itself_and_slows_no_other()
    {
        const string Closed = "course/closed";
        TestHub hub = await TestHub.StartAsync(_time);
        var wire = new GuardedTransport(hub.Connect()) { Refusal = SyncErrorCode.Forbidden, RefusalScope = Closed };
        await using ServiceProvider services = Build(wire, Closed);
        IHostedService background = services.GetRequiredService<IHostedService>();
        await background.StartAsync(CancellationToken.None);
        await UntilAsync(() => Task.FromResult(wire.RefusedPullCount >= 8), TimeSpan.FromSeconds(20));
        DateTimeOffset began = _time.GetUtcNow();
        int refused = wire.RefusedPullCount;
        for (int i = 1; i <= 20; i++)
        {
            await NotesOf(services).PutAsync($"{i}", new Note { Text = "goes on" });
            await NotesOf(services, Closed).PutAsync($"{i}", new Note { Text = "asks for a sync of its own" });
            await UntilAsync(() => HubKnowsAsync(hub, i));
        }

        // Twenty writes in each scope took seconds; a pause of the closed one is half a minute at least by now.
        Assert.InRange(_time.GetUtcNow() - began, TimeSpan.Zero, TimeSpan.FromMinutes(2));
        Assert.InRange(wire.RefusedPullCount - refused, 0, 5);
        wire.Refusal = null;
        await UntilAsync(() => HubKnowsAsync(hub, 20, Closed), TimeSpan.FromSeconds(10));
        await background.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task Writes_in_one_scope_do_not_put_off_the_interval_of_another()
    {
        const string Quiet = "course/quiet";
        TestHub hub = await TestHub.StartAsync(_time);
        await using ServiceProvider services = Build(hub.Connect(), Quiet);
        IHostedService background = services.GetRequiredService<IHostedService>();
        await background.StartAsync(CancellationToken.None);
        await UntilAsync(async () => await NotesOf(services).GetAsync("0") is null);
        await using var other = new TestDevice(hub.Connect(), _time, configure: sync => sync.Subscribe(Quiet));
        await other.Engine.Scope(Quiet).Collection<Note>("notes").PutAsync("1", new Note { Text = "from elsewhere" });
        await other.SyncAsync();
        for (int i = 1; i <= 5; i++)
        {
            await NotesOf(services).PutAsync($"{i}", new Note { Text = "busy" });
            await UntilAsync(() => HubKnowsAsync(hub, i));
            _time.Advance(TimeSpan.FromMinutes(4));
        }

        await UntilAsync(async () => await NotesOf(services, Quiet).GetAsync("1") is not null);
        await background.StopAsync(CancellationToken.None);
    }

    private static async Task<bool> HubKnowsAsync(TestHub hub, int count, string scope = TestDevice.ScopeName) =>
        (await hub.StateAsync(scope)).LiveCount == count;

    private static ISyncCollection<Note> NotesOf(ServiceProvider services, string scope = TestDevice.ScopeName) => services
        .GetRequiredService<ISyncEngine>().Scope(scope).Collection<Note>("notes");

    private ServiceProvider Build(ISyncTransport wire, params string[] more)
    {
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(_time);
        services.AddOrdoSync(sync =>
        {
            sync.UseMemory();
            sync.UseTransport(_ => wire);
            sync.Collection<Note>("notes");
            sync.Subscribe(TestDevice.ScopeName);
            foreach (string scope in more)
            {
                sync.Subscribe(scope);
            }
        });
        return services.BuildServiceProvider();
    }

    // The loop runs on real threads over a clock of the test: the clock moves on until what is awaited is there.
    private async Task UntilAsync(Func<Task<bool>> condition, TimeSpan? step = null)
    {
        for (int i = 0; i < 24_000; i++)
        {
            if (await condition())
            {
                return;
            }

            _time.Advance(step ?? TimeSpan.FromMilliseconds(50));
            await Task.Delay(5);
        }

        Assert.Fail("It did not come about.");
    }
}
