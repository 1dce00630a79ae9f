namespace Ordo.Campus.Identity;

/// <summary>A token and its end.</summary>
internal sealed record TokenAnswer(string Token, DateTimeOffset ExpiresAt);
