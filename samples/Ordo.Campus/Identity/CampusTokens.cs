using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Ordo.Campus.Identity;

/// <summary>
/// The campus's identity server, in the hub's process: gives a device that proves itself a token of ten minutes (JWT, RFC 7519).
/// </summary>
internal sealed class CampusTokens(HubSecrets secrets, TimeProvider time)
{
    private const string Issuer = "ordo-campus";
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    private readonly SymmetricSecurityKey _key = new(Convert.FromBase64String(secrets.SigningKey));

    public TokenValidationParameters Validation => new()
    {
        ValidIssuer = Issuer,
        ValidAudience = Issuer,
        IssuerSigningKey = _key,
        ValidAlgorithms = [SecurityAlgorithms.HmacSha256],
        ClockSkew = TimeSpan.FromSeconds(30),
    };

    /// <summary>A token for a device; <see langword="null"/> where the secret is not that device's.</summary>
    public TokenAnswer? Issue(TokenRequest request)
    {
        // An unknown device takes as long as a wrong secret.
        string expected = secrets.Devices.GetValueOrDefault(request.Device ?? string.Empty) ?? string.Empty;
        bool isRight = CryptographicOperations.FixedTimeEquals(
            SHA256.HashData(Encoding.UTF8.GetBytes(expected)), SHA256.HashData(Encoding.UTF8.GetBytes(request.Secret ?? string.Empty)));
        if (!isRight || expected.Length == 0)
        {
            return null;
        }

        DateTimeOffset expiry = time.GetUtcNow() + Lifetime;
        string token = new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
        {
            Issuer = Issuer,
            Audience = Issuer,
            Expires = expiry.UtcDateTime,
            Subject = new ClaimsIdentity([new Claim(JwtRegisteredClaimNames.Sub, request.Device!)]),
            SigningCredentials = new SigningCredentials(_key, SecurityAlgorithms.HmacSha256),
        });
        return new TokenAnswer(token, expiry);
    }
}
