using System.Text.Json.Serialization;
using Ordo.Sync.Engine.Payloads;
using Ordo.Sync.Records;

namespace Ordo.Sync.Core.Tests.Engine.Payloads;

public sealed partial class SerializerTests
{
    private static readonly Profile Sample = new()
    {
        Name = "Ada",
        Age = 36,
        Height = 1.65,
        IsActive = true,
        Tags = ["a", "b"],
        Address = new Address { City = "Graz" },
        Joined = new DateTimeOffset(2026, 3, 1, 8, 0, 0, TimeSpan.Zero),
    };

    public static TheoryData<IPayloadSerializer> Serializers =>
        [new MessagePackPayloadSerializer(), new JsonPayloadSerializer(ProfileContext.Default)];

    [Theory]
    [MemberData(nameof(Serializers))]
    public void A_value_comes_back_as_it_was_written(IPayloadSerializer serializer)
    {
        ReadOnlyMemory<byte> payload = serializer.Serialize(Sample);
        Profile back = serializer.Deserialize<Profile>(payload);
        Assert.Null(PayloadFormat.WhyNot(payload, depthMax: 8));
        Assert.Equal(Sample.Tags, back.Tags);
        Assert.Equal(Sample, back with { Tags = Sample.Tags });
    }

    [Theory]
    [MemberData(nameof(Serializers))]
    public void A_field_set_by_path_is_what_is_read_back(IPayloadSerializer serializer)
    {
        ReadOnlyMemory<byte> payload = serializer.Serialize(Sample);
        payload = PayloadMap.Set(payload, "Address.City", serializer.SerializeField("Wien"));
        payload = PayloadMap.Set(payload, "Age", serializer.SerializeField(37));
        payload = PayloadMap.Set(payload, "Unknown.Deep", serializer.SerializeField("kept"));
        Profile back = serializer.Deserialize<Profile>(payload);
        Assert.Equal(("Wien", 37, "Ada"), (back.Address.City, back.Age, back.Name));

        ReadOnlyMemory<byte> replaced = PayloadMap.Preserve(payload, serializer.Serialize(Sample));
        Assert.False(PayloadMap.Get(replaced, "Unknown.Deep").IsEmpty);
        Assert.Equal("Graz", serializer.Deserialize<Profile>(replaced).Address.City);
        Assert.True(PayloadMap.Get(PayloadMap.Set(payload, "Age", default), "Age").IsEmpty);
    }

    [Theory]
    [MemberData(nameof(Serializers))]
    public void A_value_that_is_no_map_is_refused(IPayloadSerializer serializer) =>
        Assert.Throws<ArgumentException>(() => serializer.Serialize("text"));

    public sealed record Address
    {
        public string City { get; init; } = string.Empty;
    }

    public sealed record Profile
    {
        public string Name { get; init; } = string.Empty;

        public int Age { get; init; }

        public double Height { get; init; }

        public bool IsActive { get; init; }

        public List<string> Tags { get; init; } = [];

        public Address Address { get; init; } = new();

        public DateTimeOffset Joined { get; init; }
    }

    [JsonSerializable(typeof(Profile))]
    [JsonSerializable(typeof(string))]
    [JsonSerializable(typeof(int))]
    internal sealed partial class ProfileContext : JsonSerializerContext;
}
