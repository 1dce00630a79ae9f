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

    /// <summary>Where a request to listen goes, below the hub's address.</summary>
    public const string ListenPath = "v1/listen";

    /// <summary>The media type of what a listener is told: server-sent events, the name of a scope each, as JSON text.</summary>
    public const string EventsMediaType = "text/event-stream";

    /// <summary>Where a hub says that it is one, below its address.</summary>
    public const string StatusPath = "v1/status";
}
