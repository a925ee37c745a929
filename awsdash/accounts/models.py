"""People, AWS accounts, and who may do what in which."""

from typing import Self

from django.contrib.auth.models import AbstractUser, Group
from django.core.validators import RegexValidator
from django.db import models
from django.utils import timezone

from awsdash.accounts import crypto


class Level(models.IntegerChoices):
    """What a group may do in an account; each level includes those above it."""

    VIEW = 10, "View results"
    RUN = 20, "Run queries"
    SCRIPT = 30, "Run scripts"
    WRITE = 40, "Write SQL"
    MANAGE = 50, "Manage"


class User(AbstractUser):
    """A person."""


class Region(models.Model):
    """An AWS region that botocore knows."""

    code = models.CharField(max_length=32, primary_key=True)
    name = models.CharField(max_length=64)

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.code


class Credential(models.Model):
    """How to get AWS keys: the process's own chain, static keys, or a role assumed from a base."""

    class Kind(models.TextChoices):
        CHAIN = "chain", "The process's own credentials"
        STATIC = "static", "Access keys"
        ROLE = "role", "Assume a role"

    name = models.CharField(max_length=64, unique=True)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    access_key_id = models.CharField(max_length=128, blank=True)
    encrypted_secret = models.BinaryField(blank=True, default=b"")
    role_arn = models.CharField(max_length=2048, blank=True)
    external_id = models.CharField(max_length=1224, blank=True)
    base = models.ForeignKey("self", models.PROTECT, null=True, blank=True)

    def __str__(self) -> str:
        return self.name

    @property
    def identity(self) -> str:
        """Who it is at AWS; another identity may see other things. No secret."""
        return f"{self.pk}/{self.kind}/{self.access_key_id}/{self.role_arn}"

    def set_secret(self, secret: str) -> None:
        self.encrypted_secret = crypto.encrypt(secret)

    def secret(self) -> str:
        """The secret access key. For workers only. Raises crypto.KeyMissing."""
        return crypto.decrypt(bytes(self.encrypted_secret))


class AccountQuerySet(models.QuerySet["Account"]):
    def visible_to(self, user: User, level: Level = Level.VIEW) -> Self:
        """The accounts in which `user` holds `level` or more, through any group."""
        if not user.is_active:
            return self.none()
        if user.is_superuser:
            return self
        granted = Grant.objects.filter(group__user=user, level__gte=level)
        return self.filter(pk__in=granted.values("account"))


class Account(models.Model):
    """An AWS account, never a login."""

    id = models.CharField(
        max_length=12, primary_key=True, validators=[RegexValidator(r"^\d{12}$", "Twelve digits.")]
    )
    name = models.CharField(max_length=64, unique=True)
    colour = models.CharField(
        max_length=7, default="#6b788c", validators=[RegexValidator(r"^#[0-9a-f]{6}$")]
    )
    regions = models.ManyToManyField(Region, related_name="+")
    credential = models.ForeignKey(Credential, models.PROTECT)
    is_enabled = models.BooleanField(default=True)

    objects = AccountQuerySet.as_manager()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Grant(models.Model):
    """A group may do `level` in an account."""

    group = models.ForeignKey(Group, models.CASCADE)
    account = models.ForeignKey(Account, models.CASCADE, related_name="grants")
    level = models.PositiveSmallIntegerField(choices=Level.choices)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["group", "account"], name="one_grant_per_group_account")
        ]

    def __str__(self) -> str:
        return f"{self.group} in {self.account}: {self.get_level_display()}"


class ApiTokenQuerySet(models.QuerySet["ApiToken"]):
    def valid(self) -> Self:
        """Tokens of active people that have not expired."""
        alive = models.Q(expires_at=None) | models.Q(expires_at__gt=timezone.now())
        return self.filter(alive, user__is_active=True)


class ApiToken(models.Model):
    """A bearer token. Only its SHA-256 is kept: 256 random bits need no salt."""

    user = models.ForeignKey(User, models.CASCADE, related_name="api_tokens")
    name = models.CharField(max_length=64)
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(null=True, blank=True)

    objects = ApiTokenQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.user}: {self.name}"
