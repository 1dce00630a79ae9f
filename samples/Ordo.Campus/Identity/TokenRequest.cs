namespace Ordo.Campus.Identity;

/// <summary>A device asks for a token.</summary>
/// <param name="Device">Its role's name.</param>
/// <param name="Secret">What it proves itself with.</param>
internal sealed record TokenRequest(string? Device, string? Secret);
