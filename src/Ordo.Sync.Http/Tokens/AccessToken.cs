namespace Ordo.Sync.Http.Tokens;

/// <summary>A bearer token.</summary>
/// <param name="Value">The token, as it goes into the header.</param>
/// <param name="ExpiresAt">When it stops being accepted; <see langword="null"/> where nobody knows.</param>
public sealed record AccessToken(string Value, DateTimeOffset? ExpiresAt = null)
{
    /// <summary>The expiry alone: a token must not end up in a log.</summary>
    public override string ToString() => $"a token that expires at {ExpiresAt?.ToString("O") ?? "an unknown time"}";
}
