namespace Ordo.Hub;

/// <summary>Who may call: bearers of tokens by an identity provider, or of tokens signed with a key of the hub's own.</summary>
internal sealed class CallerSettings
{
    public const int SigningKeyLengthMin = 32;

    /// <summary>The identity provider's address (OpenID Connect).</summary>
    public string Authority { get; set; } = string.Empty;

    /// <summary>For whom tokens are issued.</summary>
    public string Audience { get; set; } = string.Empty;

    /// <summary>A secret of at least 32 characters, for a classroom without an identity provider. Better by environment than by file.</summary>
    public string SigningKey { get; set; } = string.Empty;

    /// <summary>Lets everybody do everything: for trying out, and for networks that you trust.</summary>
    public bool AllowAnonymous { get; set; }

    /// <summary>The claim that says what its bearer may do; see <see cref="ClaimAuthorizer"/>.</summary>
    public string RightsClaim { get; set; } = "ordo_scopes";
}
