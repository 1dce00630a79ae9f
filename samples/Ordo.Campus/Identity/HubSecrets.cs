namespace Ordo.Campus.Identity;

/// <summary>What the hub knows.</summary>
/// <param name="SigningKey">The key of its tokens, base64.</param>
/// <param name="Devices">What each role's device proves itself with.</param>
internal sealed record HubSecrets(string SigningKey, IReadOnlyDictionary<string, string> Devices);
