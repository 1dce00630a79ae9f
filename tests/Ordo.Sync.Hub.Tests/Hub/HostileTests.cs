using System.Net;
using System.Net.Http.Headers;
using Ordo.Sync.Conflicts;
using Ordo.Sync.Errors;
using Ordo.Sync.Hub.Tests.Hosting;
using Ordo.Sync.Replication;
using Ordo.Sync.Replication.Codec;
using Ordo.Sync.Replication.Messages;
using Ordo.Sync.Transport;

namespace Ordo.Sync.Hub.Tests.Hub;

/// <summary>Callers who mean harm: the right status, nothing applied that is not theirs, and the hub goes on.</summary>
public sealed class HostileTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ordo-hostile-");

    public void Dispose() => _folder.Delete(recursive: true);

    private static readonly HttpStatusCode[] Expected =
    [
        HttpStatusCode.OK, HttpStatusCode.BadRequest, HttpStatusCode.Forbidden, HttpStatusCode.Conflict,
        HttpStatusCode.RequestEntityTooLarge,
    ];

    [Theory]
    [InlineData("v1/hello")]
    [InlineData("v1/pull")]
    [InlineData("v1/push")]
    public async Task Bodies_with_bytes_changed_removed_and_repeated_never_fail_the_hub(string path)
    {
        await using HubHost hub = await HubHost.StartAsync();
        await using Device device = await Device.CreateAsync();
        await device.PutAsync("a", "one");
        await device.PutAsync("b", "two");
        var transport = hub.Transport();
        await transport.HelloAsync(device.Hello());
        byte[] valid = await EncodeAsync(device, path);
        using HttpClient client = hub.Client();
        var random = new Random(20261126);
        for (int i = 0; i < 400; i++)
        {
            using var content = new ByteArrayContent(Mutate(valid, random));
            content.Headers.ContentType = new MediaTypeHeaderValue(HttpBinding.MediaType);
            using HttpResponseMessage response = await client.PostAsync(hub.Endpoint(path), content);
            Assert.True(Expected.Contains(response.StatusCode), $"Body {i} was answered with {response.StatusCode}.");
        }

        await using Device honest = await Device.CreateAsync();
        await honest.PutAsync("c", "still here");
        await transport.HelloAsync(honest.Hello());
        PushResponse answer = await transport.PushAsync(await honest.PushRequestAsync());
        Assert.Equal(PushStatus.Applied, answer.Status);
    }

    [Fact]
    public async Task Versions_in_anothers_name_are_left_out_and_not_claimed()
    {
        await using HubHost hub = await HubHost.StartAsync();
        await using Device mallory = await Device.CreateAsync();
        await using Device victim = await Device.CreateAsync();
        var transport = hub.Transport("mallory");
        await hub.Transport("victim").HelloAsync(victim.Hello());
        await transport.HelloAsync(mallory.Hello());
        await victim.PutAsync("a", "in the victim's name");
        PushRequest stolen = await victim.PushRequestAsync();

        PushResponse answer = await transport.PushAsync(stolen with { Replica = mallory.Replica });
        SyncException asVictim = await Assert.ThrowsAsync<SyncException>(async () => await transport.PushAsync(stolen));

        Assert.Equal(0, answer.Knowledge[victim.Replica]);
        Assert.Equal(SyncErrorCode.IdentityRefused, asVictim.Code);
        Assert.Null(await hub.Store.GetAsync(Device.Scope, new Records.RecordKey("grades", "a")));
    }

    [Fact]
    public async Task A_claim_to_know_versions_that_the_hub_never_issued_costs_it_one_incarnation_at_most()
    {
        await using HubHost hub = await HubHost.StartAsync();
        await using Device mallory = await Device.CreateAsync();
        var transport = hub.Transport();
        await transport.HelloAsync(mallory.Hello());
        PullRequest honest = await mallory.PullRequestAsync();
        PullRequest Forged() => honest with { Known = GlobalVector.Of([new Causality.GlobalDot(hub.Store.Replica, 1L << 40)]) };

        await transport.PullAsync(Forged());
        Causality.ReplicaId renewed = hub.Store.Replica;
        SyncException second = await Assert.ThrowsAsync<SyncException>(async () => await transport.PullAsync(Forged()));

        Assert.Equal(SyncErrorCode.Malformed, second.Code);
        Assert.Equal(renewed, hub.Store.Replica);
    }

    [Fact]
    public async Task A_hub_that_takes_no_declarations_refuses_unknown_collections_in_hello_and_page()
    {
        await using HubHost hub = await HubHost.StartAsync(sync =>
        {
            sync.Collection("grades", ConflictStrategy.AcademicRecord);
            sync.Configure(options => options.CallersDeclareCollections = false);
        });
        await using Device device = await Device.CreateAsync();
        var transport = hub.Transport();
        await transport.HelloAsync(device.Hello());
        HelloRequest strange = device.Hello() with
        {
            Collections = [new CollectionDescriptor("squat", ConflictStrategy.LastWriteWins)],
        };

        SyncException refused = await Assert.ThrowsAsync<SyncException>(async () => await transport.HelloAsync(strange));

        Assert.Equal(SyncErrorCode.Forbidden, refused.Code);
    }

    [Fact]
    public async Task A_principal_who_sends_too_much_is_told_when_to_come_again_and_others_are_not_disturbed()
    {
        await using HubHost hub = await HubHost.StartAsync(
            sync => sync.Configure(options => options.RequestsPerMinuteMax = 6));
        await using Device device = await Device.CreateAsync();
        var loud = hub.Transport("loud");
        SyncException? throttled = null;
        for (int i = 0; i < 200 && throttled is null; i++)
        {
            try
            {
                await loud.HelloAsync(device.Hello());
            }
            catch (SyncException exception)
            {
                throttled = exception;
            }
        }

        await using Device quiet = await Device.CreateAsync();
        await hub.Transport("quiet").HelloAsync(quiet.Hello());

        Assert.Equal(SyncErrorCode.Throttled, throttled?.Code);
        Assert.True(throttled!.RetryAfter > TimeSpan.Zero);
    }

    [Theory]
    [InlineData("v1/listen")]
    [InlineData("v1/records")]
    [InlineData("v1/blobs/offer")]
    public async Task What_is_asked_of_any_endpoint_counts_also_where_it_is_garbage(string path)
    {
        await using HubHost hub = await HubHost.StartAsync(sync =>
        {
            sync.UseFileSystemBlobs(_folder.FullName);
            sync.Configure(options => options.RequestsPerMinuteMax = 6);
        });
        using HttpClient client = hub.Client("loud");
        var answers = new HashSet<HttpStatusCode>();
        for (int i = 0; i < 50 && !answers.Contains(HttpStatusCode.TooManyRequests); i++)
        {
            using var content = new ByteArrayContent([0xc1]);
            content.Headers.ContentType = new MediaTypeHeaderValue(HttpBinding.MediaType);
            using HttpResponseMessage response = await client.PostAsync(hub.Endpoint(path), content);
            answers.Add(response.StatusCode);
        }

        Assert.Equal([HttpStatusCode.BadRequest, HttpStatusCode.TooManyRequests], answers.Order());
    }

    [Fact]
    public async Task No_content_key_or_text_of_a_record_is_logged_whatever_becomes_of_it()
    {
        const string Secret = "s3cret-c0ntent";
        await using HubHost hub = await HubHost.StartAsync(sync => sync.Configure(options => options.PayloadBytesMax = 100));
        await using Device ann = await Device.CreateAsync();
        await using Device ben = await Device.CreateAsync();
        foreach ((Device device, string user) in ((Device, string)[])[(ann, "ann"), (ben, "ben")])
        {
            var transport = hub.Transport(user);
            await transport.HelloAsync(device.Hello());
            await device.PutAsync(Secret, Secret);
            await device.PutAsync(Secret + "-large", new string('x', 200) + Secret);
            PushRequest push = await device.PushRequestAsync();
            await transport.PushAsync(push);
            await Assert.ThrowsAsync<SyncException>(async () => await transport.PushAsync(push with { Page = push.Page[..^9] }));
            await transport.PullAsync(await device.PullRequestAsync());
        }

        Assert.DoesNotContain(hub.Log.All, line => line.Text.Contains(Secret, StringComparison.Ordinal));
    }

    private static async Task<byte[]> EncodeAsync(Device device, string path)
    {
        var output = new System.Buffers.ArrayBufferWriter<byte>();
        switch (path)
        {
            case "v1/hello":
                HelloCodec.Write(output, device.Hello());
                break;
            case "v1/pull":
                PullCodec.Write(output, await device.PullRequestAsync());
                break;
            default:
                PushCodec.Write(output, await device.PushRequestAsync());
                break;
        }

        return output.WrittenSpan.ToArray();
    }

    private static byte[] Mutate(byte[] valid, Random random)
    {
        byte[] bytes = [.. valid];
        for (int i = random.Next(1, 4); i > 0; i--)
        {
            int at = random.Next(bytes.Length);
            bytes = random.Next(4) switch
            {
                0 => [.. bytes[..at], .. bytes[(at + 1)..]],
                1 => [.. bytes[..at], (byte)random.Next(256), .. bytes[at..]],
                2 => [.. bytes[..at], .. bytes[Math.Max(0, at - 20)..]],
                _ => [.. bytes[..at], (byte)random.Next(256), .. bytes[(at + 1)..]],
            };
        }

        return bytes;
    }
}
