using Ordo.Sync.Http;
using Ordo.Sync.Hub.Tests.Hosting;
using Ordo.Sync.PostgreSql.Tests.Hosting;
using Ordo.Sync.PostgreSql.Tests.Server;
using Ordo.Sync.Replication.Messages;

namespace Ordo.Sync.PostgreSql.Tests;

/// <summary>A listener at one instance hears of what was brought to another.</summary>
public sealed class LiveTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(180);

    [Fact]
    public Task A_listener_hears_at_once_of_changes_at_another_instance() =>
        HearAsync(options => options.ChangePollInterval = TimeSpan.FromHours(1));

    [Fact]
    public Task Without_notifications_a_listener_hears_of_changes_when_the_hub_looks() => HearAsync(options =>
    {
        options.UseNotifications = false;
        options.ChangePollInterval = TimeSpan.FromSeconds(1);
    });

    [Fact]
    public Task A_listener_hears_of_changes_after_the_database_has_cut_the_listening_connection() => HearAsync(
        options => options.ChangePollInterval = TimeSpan.FromHours(1),
        () => SharedServer.Current.ExecuteAsync(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN %'"));

    private static async Task HearAsync(Action<PostgreSqlStoreOptions> configure, Func<Task>? before = null)
    {
        string schema = SharedServer.NewSchema();
        await using (HubInstance first = await HubInstance.StartAsync(schema, configure))
        await using (HubInstance second = await HubInstance.StartAsync(schema, configure))
        {
            await using Device listener = await Device.CreateAsync();
            await using Device writer = await Device.CreateAsync();
            HttpSyncTransport atFirst = first.Transport();
            HttpSyncTransport atSecond = second.Transport();
            await atFirst.HelloAsync(listener.Hello());
            await atSecond.HelloAsync(writer.Hello());
            using var giveUp = new CancellationTokenSource(Patience);
            await using IAsyncEnumerator<string> events = atFirst
                .ListenAsync(new ListenRequest([listener.Replica], [Device.Scope]), giveUp.Token)
                .GetAsyncEnumerator(giveUp.Token);
            Assert.True(await events.MoveNextAsync());
            Assert.Empty(events.Current);
            if (before is not null)
            {
                await before();
            }

            Task<bool> next = events.MoveNextAsync().AsTask();
            await writer.PutAsync("a", "text");
            await atSecond.PushAsync(await writer.PushRequestAsync(), giveUp.Token);

            Assert.True(await next);
            Assert.Equal(Device.Scope, events.Current);
        }

        await SharedServer.DropAsync(schema);
    }
}
