namespace Ordo.Sync.Transport;

/// <summary>The names of the protocol over HTTP; see <c>docs/protocol.md</c>.</summary>
public static class HttpBinding
{
    /// <summary>The media type of every message, request and response.</summary>
    public const string MediaType = "application/vnd.ordo-sync";

    /// <summary>The media type of refusals (RFC 9457).</summary>
    public const string ProblemMediaType = "application/problem+json";

    /// <summary>The member of problem details that carries a <see cref="Errors.SyncErrorCode"/> as a number.</summary>
    public const string CodeMember = "ordoCode";

    /// <summary>The member of problem details that says what to do.</summary>
    public const string HintMember = "hint";

    /// <summary>Where a hello goes, below the hub's address.</summary>
    public const string HelloPath = "v1/hello";

    /// <summary>Where a pull goes, below the hub's address.</summary>
    public const string PullPath = "v1/pull";

    /// <summary>Where a push goes, below the hub's address.</summary>
    public const string PushPath = "v1/push";

    /// <summary>Where fingerprints of key ranges are compared, below the hub's address.</summary>
    public const string ReconcilePath = "v1/reconcile";

    /// <summary>Where the records of key ranges are read, below the hub's address.</summary>
    public const string RecordsPath = "v1/records";

    /// <summary>Where a request to listen goes, below the hub's address.</summary>
    public const string ListenPath = "v1/listen";

    /// <summary>Where a hub is asked to compact a scope, below its address.</summary>
    public const string CompactPath = "v1/compact";

    /// <summary>The media type of what a listener is told: server-sent events, the name of a scope each, as JSON text.</summary>
    public const string EventsMediaType = "text/event-stream";

    /// <summary>Where a hub says that it is one, below its address.</summary>
    public const string StatusPath = "v1/status";

    /// <summary>Where a blob is offered, below the hub's address.</summary>
    public const string BlobOfferPath = "v1/blobs/offer";

    /// <summary>Where a blob's manifest is read (GET), below the hub's address.</summary>
    public const string BlobManifestPath = "v1/blobs/manifest";

    /// <summary>Where a chunk is read (GET) and written (PUT), below the hub's address.</summary>
    public const string BlobChunkPath = "v1/blobs/chunk";

    /// <summary>Where a hub names the blobs that it wants sent again (GET), below its address.</summary>
    public const string BlobWantedPath = "v1/blobs/wanted";

    /// <summary>The media type of a chunk: bare bytes, never compressed.</summary>
    public const string ChunkMediaType = "application/octet-stream";

    /// <summary>The query parameter that names the scope.</summary>
    public const string ScopeParameter = "scope";

    /// <summary>The query parameter that names the blob: 64 lower-case hexadecimal digits.</summary>
    public const string BlobParameter = "blob";

    /// <summary>The query parameter that names the chunk: its index in the manifest, from 0.</summary>
    public const string IndexParameter = "index";
}
