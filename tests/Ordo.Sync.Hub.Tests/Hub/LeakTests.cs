using System.Buffers;
using System.Net.Http.Headers;
using System.Security.Claims;
using System.Text;
using Ordo.Sync.AspNetCore.Authorization;
using Ordo.Sync.Causality;
using Ordo.Sync.Hub.Tests.Hosting;
using Ordo.Sync.Records;
using Ordo.Sync.Replication;
using Ordo.Sync.Replication.Codec;
using Ordo.Sync.Replication.Messages;
using Ordo.Sync.Transport;

namespace Ordo.Sync.Hub.Tests.Hub;

/// <summary>
/// What a record holds reaches nobody who may not read it, by whatever endpoint and failure; and no failure tells of the hub's insides.
/// </summary>
public sealed class LeakTests
{
    private const string Canary = "c4n4ry-c0ntent";
    private const string KeyCanary = "c4n4ry-key";

    private static readonly string[] Posts =
        ["v1/hello", "v1/pull", "v1/push", "v1/reconcile", "v1/records", "v1/listen", "v1/blobs/offer"];

    [Fact]
    public async Task Whoever_may_not_read_a_scope_gets_nothing_of_its_records_from_any_endpoint()
    {
        await using HubHost hub = await StartAsync();
        await FillAsync(hub);
        foreach (string user in (string[])["stranger", "writer"])
        {
            await using Device device = await Device.CreateAsync();
            var transport = hub.Transport(user);
            await transport.HelloAsync(device.Hello());
            await device.PutAsync(KeyCanary, "a conflict with what it may not read");
            foreach ((string path, byte[] body) in await RequestsAsync(device))
            {
                string answer = await PostAsync(hub, user, path, body);
                Assert.DoesNotContain(Canary, answer, StringComparison.Ordinal);

                // A writer is told what became of its own record, so of that key; nobody else hears of any.
                Assert.True(user == "writer" || !answer.Contains(KeyCanary, StringComparison.Ordinal), $"{path}: {answer}");
            }

            foreach (string query in (string[])["v1/blobs/manifest", "v1/blobs/chunk", "v1/blobs/wanted", "v1/status"])
            {
                string answer = await GetAsync(hub, user, $"{query}?scope={Device.Scope}&index=0&blob={new string('a', 64)}");
                Assert.DoesNotContain("c4n4ry", answer, StringComparison.Ordinal);
            }
        }
    }

    [Theory]
    [InlineData("whole")]
    [InlineData("cut")]
    [InlineData("garbage")]
    public async Task No_refusal_and_no_line_of_the_log_holds_what_a_record_holds_or_where_the_hub_keeps_it(string kind)
    {
        await using HubHost hub = await StartAsync();
        await FillAsync(hub);
        await using Device device = await Device.CreateAsync();
        await hub.Transport("failing").HelloAsync(device.Hello());
        await device.PutAsync(KeyCanary, Canary);
        foreach ((string path, byte[] body) in await RequestsAsync(device))
        {
            byte[] sent = kind switch
            {
                "whole" => body,
                "cut" => body[..^7],
                _ => [.. Encoding.UTF8.GetBytes(Canary), .. body],
            };
            string answer = await PostAsync(hub, "failing", path, sent);
            AssertSilent(answer, path);
        }

        Assert.DoesNotContain(hub.Log.All, line => line.Text.Contains("c4n4ry", StringComparison.Ordinal));
    }

    // Neither content nor the hub's insides: types, frames of a stack, paths.
    private static void AssertSilent(string answer, string path)
    {
        foreach (string telltale in (string[])["c4n4ry", "   at ", ".cs:", "Exception", "/home", "/srv/secret"])
        {
            Assert.False(answer.Contains(telltale, StringComparison.Ordinal), $"{path} answered: {answer}");
        }
    }

    private static Task<HubHost> StartAsync() => HubHost.StartAsync(sync =>
    {
        sync.UseFileSystemBlobs(Directory.CreateTempSubdirectory("ordo-leak-").FullName);
        sync.Authorize<ByName>();
    });

    private static async Task FillAsync(HubHost hub)
    {
        await using Device owner = await Device.CreateAsync();
        await hub.Transport("owner").HelloAsync(owner.Hello());
        await owner.PutAsync(KeyCanary, Canary);
        await hub.Transport("owner").PushAsync(await owner.PushRequestAsync());
    }

    private static async Task<List<(string Path, byte[] Body)>> RequestsAsync(Device device)
    {
        PullRequest pull = await device.PullRequestAsync();
        PushRequest push = await device.PushRequestAsync();
        return [.. Posts.Select(path => (path, Encode(output =>
        {
            switch (path)
            {
                case "v1/hello":
                    HelloCodec.Write(output, device.Hello());
                    break;
                case "v1/pull":
                    PullCodec.Write(output, pull with { Known = GlobalVector.Empty });
                    break;
                case "v1/push":
                    PushCodec.Write(output, push);
                    break;
                case "v1/reconcile":
                    ReconcileCodec.Write(
                        output, new ReconcileRequest(Device.Scope, device.Replica, After: null, [new RangePart(null, 0, 0)]));
                    break;
                case "v1/records":
                    RecordsCodec.Write(output, new RecordsRequest(Device.Scope, device.Replica, [KeyRange.All], 100_000));
                    break;
                case "v1/listen":
                    ListenCodec.Write(output, new ListenRequest([ReplicaId.Parse(device.Replica.ToString())], [Device.Scope]));
                    break;
                default:
                    output.Write(Encoding.UTF8.GetBytes(KeyCanary));
                    break;
            }
        })))];
    }

    private static byte[] Encode(Action<MessageBuffer> write)
    {
        using var buffer = new MessageBuffer(1 << 20, "request");
        write(buffer);
        return buffer.WrittenMemory.ToArray();
    }

    private static async Task<string> PostAsync(HubHost hub, string user, string path, byte[] body)
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue(HttpBinding.MediaType);
        using var request = new HttpRequestMessage(HttpMethod.Post, hub.Endpoint(path)) { Content = content };
        using HttpResponseMessage response = await hub.Client(user).SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        await using Stream answer = await response.Content.ReadAsStreamAsync();
        if (response.Content.Headers.ContentType?.MediaType != HttpBinding.EventsMediaType)
        {
            using var reader = new StreamReader(answer, Encoding.Latin1);
            return await reader.ReadToEndAsync();
        }

        // A live connection does not end: what it says at first is all there is to hear.
        byte[] greeting = new byte[4096];
        return Encoding.Latin1.GetString(greeting, 0, await answer.ReadAsync(greeting));
    }

    private static async Task<string> GetAsync(HubHost hub, string user, string path)
    {
        using HttpResponseMessage response = await hub.Client(user).GetAsync(hub.Endpoint(path));
        return Encoding.Latin1.GetString(await response.Content.ReadAsByteArrayAsync());
    }

    private sealed class ByName : IScopeAuthorizer
    {
        public ValueTask<ScopeRights> AuthorizeAsync(
            ClaimsPrincipal principal, string scope, CancellationToken cancellationToken = default) =>
            principal.FindFirst(ClaimTypes.NameIdentifier)?.Value switch
            {
                "owner" => new(ScopeRights.Read | ScopeRights.Write),
                "writer" => new(ScopeRights.Write),
                "failing" => throw new IOException("/srv/secret/rights.db is locked"),
                _ => new(ScopeRights.None),
            };
    }
}
