namespace Ordo.Sync.Engine.Verification;

/// <summary>What to verify, and what to do about what is found.</summary>
public sealed record VerifyOptions
{
    /// <summary>The scopes; <see langword="null"/>, the default, for all subscribed ones.</summary>
    public IReadOnlyCollection<string>? Scopes { get; init; }

    /// <summary>
    /// Whether to compare with the hub, where the engine has a transport: only that finds which record was altered, and which side
    /// is right. A transport that cannot compare records makes the verification fail, never pass. The default is yes.
    /// </summary>
    public bool WithHub { get; init; } = true;

    /// <summary>Whether to heal what is found. Nothing is thrown away by it. The default is yes.</summary>
    public bool Repairs { get; init; } = true;

    /// <summary>The most findings to report a scope, and to heal in one pass; 1 to 100,000. The default is 10,000.</summary>
    public int FindingsMax { get; init; } = 10_000;

    internal void Validate()
    {
        if (FindingsMax is < 1 or > 100_000)
        {
            throw new ArgumentException($"{nameof(VerifyOptions)}.{nameof(FindingsMax)} must be 1 to 100,000.");
        }
    }
}
