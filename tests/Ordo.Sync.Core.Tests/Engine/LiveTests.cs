using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;
using Ordo.Sync.Engine;
using Ordo.Sync.Engine.Collections;
using Ordo.Sync.Engine.Watching;
using Ordo.Sync.Transport;

namespace Ordo.Sync.Core.Tests.Engine;

public sealed class LiveTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    private readonly FakeTimeProvider _time = TestHub.NewClock();

    [Fact]
    public async Task A_change_reaches_a_device_that_listens_although_no_time_passes()
    {
        TestHub hub = await TestHub.StartAsync(_time);
        await using ServiceProvider listener = Build(hub.Connect());
        IHostedService background = listener.GetRequiredService<IHostedService>();
        await background.StartAsync(CancellationToken.None);
        using var giveUp = new CancellationTokenSource(Patience);
        await using IAsyncEnumerator<RecordChange<Note>> watch =
            NotesOf(listener).WatchAsync(giveUp.Token).GetAsyncEnumerator(giveUp.Token);
        Task<bool> next = watch.MoveNextAsync().AsTask();

        // The clock stands still: only word from the hub can bring this about. Before the device listens, the sync that
        // listening begins with does.
        await using var writer = new TestDevice(hub.Connect(), _time);
        await writer.Notes.PutAsync("1", new Note { Text = "news" });
        await writer.SyncAsync();
        Assert.True(await next);
        Assert.Equal("news", watch.Current.Record?.Value.Text);

        next = watch.MoveNextAsync().AsTask();
        await writer.Notes.PutAsync("2", new Note { Text = "more news" });
        await writer.SyncAsync();
        Assert.True(await next);
        Assert.Equal("2", watch.Current.Key);
        await background.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task A_scope_subscribed_to_later_is_heard_of_too()
    {
        TestHub hub = await TestHub.StartAsync(_time);
        await using ServiceProvider listener = Build(hub.Connect(), subscribes: false);
        ISyncEngine engine = listener.GetRequiredService<ISyncEngine>();
        IHostedService background = listener.GetRequiredService<IHostedService>();
        await background.StartAsync(CancellationToken.None);
        await engine.SubscribeAsync(TestDevice.ScopeName);
        using var giveUp = new CancellationTokenSource(Patience);
        await using IAsyncEnumerator<RecordChange<Note>> watch =
            NotesOf(listener).WatchAsync(giveUp.Token).GetAsyncEnumerator(giveUp.Token);
        Task<bool> next = watch.MoveNextAsync().AsTask();

        await using var writer = new TestDevice(hub.Connect(), _time);
        for (int i = 0; !next.IsCompleted; i++)
        {
            await writer.Notes.PutAsync($"{i}", new Note { Text = "news" });
            await writer.SyncAsync();
            await Task.Delay(20, giveUp.Token);
        }

        Assert.True(await next);
        await background.StopAsync(CancellationToken.None);
    }

    private static ISyncCollection<Note> NotesOf(ServiceProvider services) => services
        .GetRequiredService<ISyncEngine>().Scope(TestDevice.ScopeName).Collection<Note>("notes");

    private ServiceProvider Build(ISyncTransport wire, bool subscribes = true)
    {
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(_time);
        services.AddOrdoSync(sync =>
        {
            sync.UseMemory();
            sync.UseTransport(_ => wire);
            sync.Collection<Note>("notes");
            sync.Subscribe(subscribes ? [TestDevice.ScopeName] : []);
        });
        return services.BuildServiceProvider();
    }
}
