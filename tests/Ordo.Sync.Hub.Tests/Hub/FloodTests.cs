using System.Buffers;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using MessagePack;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Ordo.Sync.Errors;
using Ordo.Sync.Http;
using Ordo.Sync.Hub.Tests.Hosting;
using Ordo.Sync.Replication.Messages;
using Ordo.Sync.Transport;

namespace Ordo.Sync.Hub.Tests.Hub;

/// <summary>Too much of everything: many tiny things in one message, many slow callers at once.</summary>
[Collection(nameof(MeasuresMemory))]
public sealed class FloodTests
{
    private const int Million = 1_000_000;

    // [collection 0, key "a", [[replica 0, counter 1]]]: nothing is smaller.
    private static readonly byte[] Tiny = [0x93, 0x00, 0xa1, (byte)'a', 0x91, 0x92, 0x00, 0x01];

    [Fact]
    public async Task A_million_tiny_changes_in_one_push_are_refused_before_anything_is_made_of_them()
    {
        await using HubHost hub = await HubHost.StartAsync();
        await using Device device = await Device.CreateAsync();
        HttpSyncTransport transport = hub.Transport();
        await transport.HelloAsync(device.Hello());
        await device.PutAsync("a", "one");
        PushRequest push = await device.PushRequestAsync();
        byte[] flood = Multiply(push.Page, Million, Tiny);
        Assert.InRange(flood.Length, 8 * Million, 16 * 1024 * 1024);
        long before = GC.GetTotalAllocatedBytes(precise: true);

        SyncException refused = await Assert.ThrowsAsync<SyncException>(
            async () => await transport.PushAsync(push with { Page = flood }));

        // The body as it comes, on both sides of the wire, and one copy of it: nothing a change.
        Assert.Equal(SyncErrorCode.Malformed, refused.Code);
        Assert.InRange(GC.GetTotalAllocatedBytes(precise: true) - before, 0, 16L * flood.Length);
        Assert.Equal(PushStatus.Applied, (await transport.PushAsync(push)).Status);
    }

    [Fact]
    public async Task As_many_tiny_changes_as_a_page_may_have_are_taken_and_the_same_key_again_and_again_is_one_record()
    {
        await using HubHost hub = await HubHost.StartAsync();
        await using Device device = await Device.CreateAsync();
        HttpSyncTransport transport = hub.Transport();
        await transport.HelloAsync(device.Hello());
        await device.PutAsync("a", "one");
        PushRequest push = await device.PushRequestAsync();

        PushResponse answer = await transport.PushAsync(push with { Page = Multiply(push.Page, 50_000) });

        Assert.Equal(PushStatus.Applied, answer.Status);
        Assert.Equal(1, answer.Knowledge[device.Replica]);
        Assert.Equal(await device.DigestAsync(), answer.Digest);
    }

    [Theory]
    [InlineData("v1/hello", "95010101c410{id}ddffffffff")]
    [InlineData("v1/hello", "95010101c410{id}dd000f4240")]
    [InlineData("v1/pull", "9903a163c410{id}c410{id}c410{id}ddffffffff")]
    [InlineData("v1/push", "9905a163c410{id}c410{id}00c3c6ffffffff")]
    [InlineData("v1/listen", "9308ddffffffffddffffffff")]
    [InlineData("v1/listen", "930890ddffffffff")]
    [InlineData("v1/reconcile", "9709a163c410{id}c0c0ddffffffffc2")]
    [InlineData("v1/records", "960ba163c410{id}ddffffffff01")]
    [InlineData("v1/records", "960ba163c410{id}dc100101")]
    public async Task Counts_that_no_message_has_are_refused_and_nothing_is_set_aside_for_them(string path, string hex)
    {
        await using HubHost hub = await HubHost.StartAsync();
        byte[] body = Convert.FromHexString(hex.Replace("{id}", "0102030405060708090a0b0c0d0e0f10", StringComparison.Ordinal));
        await PostAsync(hub, path, body);
        long before = GC.GetTotalAllocatedBytes(precise: true);

        (HttpStatusCode status, string text) = await PostAsync(hub, path, body);

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains("\"ordoCode\":200", text, StringComparison.Ordinal);
        Assert.InRange(GC.GetTotalAllocatedBytes(precise: true) - before, 0, 4 * Million);
    }

    [Fact]
    public async Task Callers_who_send_a_byte_now_and_then_are_dropped_and_others_are_served_meanwhile()
    {
        await using HubHost hub = await HubHost.StartAsync(sync => sync.Services.Configure<KestrelServerOptions>(
            kestrel => kestrel.Limits.MinRequestBodyDataRate = new MinDataRate(1000, TimeSpan.FromSeconds(1.5))));
        List<Socket> slow = [];
        try
        {
            for (int i = 0; i < 100; i++)
            {
                slow.Add(await DripAsync(hub.Address));
            }

            await using Device device = await Device.CreateAsync();
            HttpSyncTransport transport = hub.Transport();
            await transport.HelloAsync(device.Hello());
            await device.PutAsync("a", "served");
            Assert.Equal(PushStatus.Applied, (await transport.PushAsync(await device.PushRequestAsync())).Status);

            string[] answers = await Task.WhenAll(slow.Select(ReadToEndAsync));
            Assert.All(answers, answer => Assert.True(
                answer.Length == 0 || answer.StartsWith("HTTP/1.1 408", StringComparison.Ordinal), answer));
            Assert.Contains(answers, answer => answer.Contains("\"ordoCode\":301", StringComparison.Ordinal));
        }
        finally
        {
            slow.ForEach(socket => socket.Dispose());
        }
    }

    // The page's head, and one record again and again: its own, or a given one.
    private static byte[] Multiply(ReadOnlyMemory<byte> page, int count, byte[]? given = null)
    {
        var reader = new MessagePackReader(page);
        int fields = reader.ReadArrayHeader();
        for (int i = 0; i < fields - 1; i++)
        {
            reader.Skip();
        }

        int head = (int)reader.Consumed;
        Assert.Equal(1, reader.ReadArrayHeader());
        byte[] record = given ?? page[(int)reader.Consumed..].ToArray();
        var output = new ArrayBufferWriter<byte>(head + 5 + (record.Length * count));
        output.Write(page.Span[..head]);
        var writer = new MessagePackWriter(output);
        writer.WriteArrayHeader(count);
        writer.Flush();
        for (int i = 0; i < count; i++)
        {
            output.Write(record);
        }

        return output.WrittenSpan.ToArray();
    }

    private static async Task<(HttpStatusCode Status, string Text)> PostAsync(HubHost hub, string path, byte[] body)
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue(HttpBinding.MediaType);
        using HttpResponseMessage response = await hub.Client().PostAsync(hub.Endpoint(path), content);
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    private static async Task<Socket> DripAsync(Uri hub)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, hub.Port);
        string head = $"POST {hub.AbsolutePath}/v1/push HTTP/1.1\r\nHost: {hub.Authority}\r\n"
            + $"Content-Type: {HttpBinding.MediaType}\r\nContent-Length: 1000000\r\n\r\n";
        await socket.SendAsync(Encoding.ASCII.GetBytes(head));
        await socket.SendAsync(new byte[] { 0x99 });
        return socket;
    }

    private static async Task<string> ReadToEndAsync(Socket socket)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(120));
        var received = new StringBuilder();
        byte[] buffer = new byte[4096];
        try
        {
            while (await socket.ReceiveAsync(buffer, SocketFlags.None, patience.Token) is var count and > 0)
            {
                received.Append(Encoding.UTF8.GetString(buffer, 0, count));
            }
        }
        catch (SocketException)
        {
            // Cut off: that is an answer too.
        }

        return received.ToString();
    }
}
