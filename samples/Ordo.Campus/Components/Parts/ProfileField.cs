using Ordo.Campus.Records;

namespace Ordo.Campus.Components.Parts;

/// <summary>A field of a profile that people edit.</summary>
internal sealed record ProfileField(string Name, Func<Profile, string> Get, Func<Profile, string, Profile> With)
{
    public static IReadOnlyList<ProfileField> All { get; } =
    [
        new("Name", profile => profile.Name, (profile, text) => profile with { Name = text }),
        new("Email", profile => profile.Email, (profile, text) => profile with { Email = text }),
        new("Phone", profile => profile.Phone, (profile, text) => profile with { Phone = text }),
        new("Office", profile => profile.Office, (profile, text) => profile with { Office = text }),
        new("About", profile => profile.About, (profile, text) => profile with { About = text }),
    ];
}
