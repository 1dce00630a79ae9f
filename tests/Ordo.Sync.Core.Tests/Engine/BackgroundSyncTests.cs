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
        for (int i = 0; i < 2000; i++)
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
