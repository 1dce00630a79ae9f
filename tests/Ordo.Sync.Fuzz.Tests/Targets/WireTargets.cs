using Ordo.Sync.Causality;
using Ordo.Sync.Fuzz.Tests.Corpora;
using Ordo.Sync.Http;
using Ordo.Sync.Replication.Codec;
using Ordo.Sync.Replication.Messages;

namespace Ordo.Sync.Fuzz.Tests.Targets;

/// <summary>What comes over the wire: requests to a hub, its answers, pages of records.</summary>
internal static class WireTargets
{
    public static IEnumerable<FuzzTarget> All(Sample sample)
    {
        CapturedMessages messages = sample.Messages;
        yield return Of("hello-request", [.. messages.HelloRequests, Sample.Vector("hello-request")], bytes =>
        {
            HelloRequest request = HelloCodec.ReadRequest(bytes);
            HelloCodec.ReadRequest(CapturedMessages.BytesOf(output => HelloCodec.Write(output, request)));
        });
        yield return Of("hello-response", [.. messages.HelloResponses, Sample.Vector("hello-response")], bytes =>
        {
            HelloResponse response = HelloCodec.ReadResponse(bytes);
            HelloCodec.ReadResponse(CapturedMessages.BytesOf(output => HelloCodec.Write(output, response)));
        });
        yield return Of("pull-request", [.. messages.PullRequests, .. Vectors("pull-request-cursor", "pull-request-fill-next")], bytes =>
        {
            PullRequest request = PullCodec.ReadRequest(bytes);
            PullCodec.ReadRequest(CapturedMessages.BytesOf(output => PullCodec.Write(output, request)));
        });
        yield return Of("pull-response", [.. messages.PullResponses, .. Vectors("pull-response-page-more", "pull-response-void")], bytes =>
        {
            PullResponse response = PullCodec.ReadResponse(bytes);
            PullCodec.ReadResponse(CapturedMessages.BytesOf(output => PullCodec.Write(output, response)));
        });
        yield return Of("push-request", [.. messages.PushRequests, .. Vectors("push-request-single", "push-request-staged")], bytes =>
        {
            PushRequest request = PushCodec.ReadRequest(bytes);
            PushCodec.ReadRequest(CapturedMessages.BytesOf(output => PushCodec.Write(output, request)));
        });
        yield return Of(
            "push-response", [.. messages.PushResponses, .. Vectors("push-response-applied", "push-response-clock-skew")], bytes =>
        {
            PushResponse response = PushCodec.ReadResponse(bytes);
            PushCodec.ReadResponse(CapturedMessages.BytesOf(output => PushCodec.Write(output, response)));
        });
        yield return Of("reconcile-request", Vectors("reconcile-request-gap", "reconcile-request-whole"), bytes =>
        {
            ReconcileRequest request = ReconcileCodec.ReadRequest(bytes);
            ReconcileCodec.ReadRequest(CapturedMessages.BytesOf(output => ReconcileCodec.Write(output, request)));
        });
        yield return Of(
            "reconcile-response", Vectors("reconcile-response"), static bytes => ReconcileCodec.ReadResponse(bytes));
        yield return Of("records-request", Vectors("records-request"), static bytes => RecordsCodec.ReadRequest(bytes));
        yield return Of("records-response", Vectors("records-response"), static bytes => RecordsCodec.ReadResponse(bytes));
        yield return Of("listen-request", Vectors("listen-request"), static bytes => ListenCodec.ReadRequest(bytes));
        yield return Of("events", [": hello\n\ndata: \"course/AAA\"\n\ndata: \"course/BBB\"\r\n\n"u8.ToArray()], ReadEvents) with
        {
            IsRefusal = static exception => exception is InvalidDataException,
        };
        yield return Of("page", [.. messages.Pages, .. Vectors("page-changes", "page-empty", "page-fill")], ReadPage) with
        {
            Weight = 8,
        };
    }

    /// <summary>Reads events as a listening device does; memory answers at once.</summary>
    public static void ReadEvents(byte[] bytes)
    {
        using var body = new MemoryStream(bytes);
        IAsyncEnumerator<string> events = EventReader.ReadAsync(body, CancellationToken.None).GetAsyncEnumerator();
        while (events.MoveNextAsync().AsTask().GetAwaiter().GetResult())
        {
        }
    }

    /// <summary>Reads a page as its receiver does.</summary>
    public static void ReadPage(byte[] bytes)
    {
        PageReader page = PageReader.Open(bytes);
        int[] indexes = [.. Enumerable.Range(0, page.Replicas.Length)];
        while (page.TryRead(indexes, VersionVector.Empty, out _))
        {
        }
    }

    private static FuzzTarget Of(string name, IReadOnlyList<byte[]> seeds, Action<byte[]> decode) =>
        new(name, seeds, decode) { Weight = 2 };

    private static byte[][] Vectors(params ReadOnlySpan<string> names)
    {
        var vectors = new List<byte[]>();
        foreach (string name in names)
        {
            vectors.Add(Sample.Vector(name));
        }

        return [.. vectors];
    }
}
