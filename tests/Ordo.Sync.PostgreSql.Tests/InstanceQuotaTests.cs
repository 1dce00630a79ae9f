using Ordo.Sync.Errors;
using Ordo.Sync.Http;
using Ordo.Sync.Hub.Tests.Hosting;
using Ordo.Sync.PostgreSql.Tests.Hosting;
using Ordo.Sync.PostgreSql.Tests.Server;

namespace Ordo.Sync.PostgreSql.Tests;

public sealed class InstanceQuotaTests
{
    private const int Megabyte = 1024 * 1024;

    [Fact]
    public async Task What_is_brought_into_a_scope_by_way_of_one_instance_counts_at_the_other_and_after_a_restart()
    {
        string schema = SharedServer.NewSchema();
        await using Device ann = await Device.CreateAsync();
        await using Device ben = await Device.CreateAsync();
        await ann.PutAsync("a", new string('x', Megabyte));
        await ben.PutAsync("b", "little");
        await using HubInstance first = await StartAsync(schema);
        await using HubInstance second = await StartAsync(schema);
        await first.Transport().HelloAsync(ann.Hello());
        await second.Transport().HelloAsync(ben.Hello());
        await first.Transport().PushAsync(await ann.PushRequestAsync());

        await AssertRefusedAsync(second.Transport(), ben);
        await using HubInstance later = await StartAsync(schema);
        await AssertRefusedAsync(later.Transport(), ben);
        await SharedServer.DropAsync(schema);
    }

    private static async Task AssertRefusedAsync(HttpSyncTransport transport, Device device)
    {
        SyncException refused = await Assert.ThrowsAsync<SyncException>(
            async () => await transport.PushAsync(await device.PushRequestAsync()));

        Assert.Equal(SyncErrorCode.QuotaExceeded, refused.Code);
        Assert.InRange(refused.RetryAfter!.Value, TimeSpan.FromSeconds(1), TimeSpan.FromDays(2));
    }

    private static Task<HubInstance> StartAsync(string schema) => HubInstance.StartAsync(
        schema, limits: options =>
        {
            options.Quotas.ScopeBytesMax = Megabyte;
            options.Quotas.Window = TimeSpan.FromDays(1);
        });
}
